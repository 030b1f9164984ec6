import { expect, test } from "vitest";
import type { Answers } from "../../../tui/answers/schema.ts";
import type { Content, Disk } from "../../../tui/machine/machine.ts";
import { installedMark, installedOn } from "../../../tui/plan/installed.ts";
import { nextOf } from "../../../tui/unattended/ending.ts";
import type { Result } from "../../../tui/unattended/notice.ts";
import { recorded } from "../plan/example.ts";

const answers: Answers = { version: 1, onSuccess: "kexec", onFailure: "poweroff" };

test.each<[Result | null, Answers | null, string]>([
  ["installed", answers, "kexec"],
  ["installed", { version: 1 }, "reboot"],
  ["failed", answers, "poweroff"],
  ["refused", answers, "poweroff"],
  ["refused", { version: 1 }, "stop"],
  ["refused", null, "stop"],
  ["already-installed", answers, "stop"],
  ["stopped", answers, "stop"],
  ["handed-over", answers, "stop"],
  [null, answers, "stop"],
])("after %s", (result, said, next) => {
  expect(nextOf(result, said, "reboot")).toBe(next);
});

const [blank] = recorded("qemu-two-disks").disks;
const disk = (path: string, content: Partial<Content>): Disk => ({
  ...blank!,
  path,
  contents: [{ ...emptyContent, ...content }],
});
const emptyContent: Content = {
  ...{ path: "/dev/vda4", number: 4, size: 1, type: null, label: null, uuid: null },
  ...{ partLabel: "dabei-zfs-1", partUuid: null, pool: null, mountpoints: [] },
};
const pool = (comment: string | null) => ({ name: "rpool", host: "web1", guid: "1", comment });

test("installed is what carries the mark on every disk, in ZFS's labels or in LUKS's", () => {
  const mark = installedMark("web1");
  expect(
    installedOn([disk("/dev/vda", { pool: pool(mark) }), disk("/dev/vdb", { pool: pool(mark) })]),
  ).toEqual({
    hostname: "web1",
    words: "web1 is installed on /dev/vda, /dev/vdb",
  });
  expect(installedOn([disk("/dev/vda", { type: "crypto_LUKS", label: mark })])?.hostname).toBe("web1");
});

test.each<[string, Disk[]]>([
  ["a blank disk", [disk("/dev/vda", {})]],
  ["one of two", [disk("/dev/vda", { pool: pool("nix-dabei: web1") }), disk("/dev/vdb", {})]],
  [
    "two machines' disks",
    [disk("/dev/vda", { pool: pool("nix-dabei: a") }), disk("/dev/vdb", { pool: pool("nix-dabei: b") })],
  ],
  ["a pool of somebody's, or one that was not finished", [disk("/dev/vda", { pool: pool(null) })]],
  ["another's comment", [disk("/dev/vda", { pool: pool("the backups") })]],
  ["no disk", []],
])("not installed: %s", (_, disks) => {
  expect(installedOn(disks)).toBeNull();
});

test("the mark fits into what ZFS takes", () => {
  expect(installedMark("a".repeat(63))).toHaveLength(31);
});
