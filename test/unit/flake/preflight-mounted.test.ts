import { expect, test } from "vitest";
import { mountedFindings } from "../../../tui/flake/preflight/mounted.ts";
import type { DeclaredFileSystem } from "../../../tui/plan/evaluated.ts";
import { expectedOf } from "../../../tui/plan/expected.ts";
import { host } from "../app/driver.ts";
import { machineWith, mountedChoices, onExt4, onZfs } from "../plan/mounted/example.ts";
import { target } from "./samples.ts";

const declares = (mountPoint: string, change: Partial<DeclaredFileSystem> = {}): DeclaredFileSystem => ({
  ...{ mountPoint, device: null, label: null, fsType: "auto", options: ["defaults"] },
  ...change,
});
const boot = declares("/boot", { device: "/dev/disk/by-uuid/12ab-34cd", fsType: "vfat" });
const root = declares("/", { device: "tank/root", fsType: "zfs" });
const nix = declares("/nix", { device: "tank/nix", fsType: "zfs", options: ["zfsutil"] });

function found(fileSystems: readonly DeclaredFileSystem[], mounted = onZfs, espMount = "/boot"): string[] {
  const machine = machineWith(mounted);
  const expected = expectedOf(machine, mountedChoices(machine), host("web1"));
  const loader = { ...target.loader, espMount };
  return mountedFindings(expected, { ...target, loader, fileSystems }).map(
    ({ level, sentence }) => `${level}: ${sentence}`,
  );
}

test("what the host declares is what is mounted", () => {
  expect(found([root, nix, boot])).toEqual(["ok: The host's file systems are those at /mnt: / /nix /boot."]);
});

test.each([
  ["a place with nothing", [root, nix, boot, declares("/home", { device: "tank/home", fsType: "zfs" })],
    "error: The host has tank/home at /home, and nothing is mounted at /mnt/home. Mount it, then check again."],
  ["another dataset", [{ ...root, device: "rpool/root" }, nix, boot],
    "error: The host looks for rpool/root at /, and what is mounted at /mnt is tank/root. Change one of them."],
  ["another type", [{ ...root, fsType: "ext4" }, nix, boot],
    "error: The host has ext4 at /, and what is mounted at /mnt is zfs. Change one of them."],
  ["another uuid", [root, nix, { ...boot, device: "/dev/disk/by-uuid/FFFF-0000" }],
    "error: The host looks for /dev/disk/by-uuid/FFFF-0000 at /boot, and what is mounted at /mnt/boot is uuid 12AB-34CD. Change one of them."],
  ["a label that is not there", [root, nix, declares("/boot", { label: "BOOT", fsType: "vfat" })],
    "error: The host looks for the label BOOT at /boot, and what is mounted at /mnt/boot is label none. Change one of them."],
  ["zfsutil on a legacy dataset", [{ ...root, options: ["zfsutil"] }, nix, boot],
    "error: The host mounts tank/root with zfsutil, and its mountpoint is legacy: zfs set mountpoint=/ tank/root, or leave zfsutil out."],
  ["no zfsutil on one that has its own", [root, { ...nix, options: [] }, boot],
    "error: The host mounts tank/nix without zfsutil, and it has the mountpoint /nix: zfs set mountpoint=legacy tank/nix, or add zfsutil."],
] as const)("%s is an error", (_, fileSystems, sentence) => {
  expect(found(fileSystems)).toContain(sentence);
}); // biome-ignore format: a case a line

test("what the host does not need at the boot is not missed, and what it does not know is told", () => {
  const later = declares("/srv", { device: "/dev/sdz", options: ["nofail"] });
  const inRam = declares("/tmp", { fsType: "tmpfs" });
  expect(found([root, boot, later, inRam])).toEqual([
    "ok: The host's file systems are those at /mnt: / /boot /srv /tmp.",
    "warning: tank/nix is mounted at /mnt/nix, and the host does not declare it: it stays out at the next boot.",
  ]);
});

test("the boot loader needs its ESP where the host says", () => {
  expect(found([root, nix, boot], onZfs, "/efi")).toContain(
    "error: The boot loader goes to /efi, and no ESP is mounted at /mnt/efi. Mount it there, then check again.",
  );
  expect(found([declares("/", { device: "/dev/mapper/crypt", fsType: "ext4" }), boot], onExt4)[0]).toMatch(
    /looks for \/dev\/mapper\/crypt at \/, and what is mounted at \/mnt is \/dev\/mapper\/root/,
  );
});
