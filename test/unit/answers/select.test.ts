import { expect, test } from "vitest";
import type { DiskChoice, Selector } from "../../../tui/answers/schema-disks.ts";
import { selectDisks, selectorFor } from "../../../tui/answers/select.ts";
import { GiB, TiB } from "../../../tui/base/bytes.ts";
import { recorded } from "../plan/example.ts";

const server = recorded("nvme-server");
const plain = recorded("qemu-no-serial");

test.each<[string, Selector[], string[]]>([
  ["a model", [{ count: 2, model: "SAMSUNG*" }], ["/dev/nvme0n1", "/dev/nvme1n1"]],
  ["a serial number", [{ count: 1, serial: "S64GNE0R801191" }], ["/dev/nvme1n1"]],
  ["a WWN", [{ count: 1, wwn: "eui.3634473052801190" }], ["/dev/nvme0n1"]],
  ["by-id, without the folder", [{ count: 1, byId: "nvme-SAMSUNG*1190" }], ["/dev/nvme0n1"]],
  ["by-path, with the folder", [{ count: 1, byPath: "/dev/disk/by-path/*-ata-1" }], ["/dev/sda"]],
  ["transport and size", [{ count: 1, transport: "sata", minSize: TiB }], ["/dev/sda"]],
  [
    "flash below a size",
    [{ count: 2, rotational: false, minSize: 100 * GiB, maxSize: TiB }],
    ["/dev/nvme0n1", "/dev/nvme1n1"],
  ],
  [
    "two selectors",
    [
      { count: 1, path: "/dev/sda" },
      { count: 1, path: "/dev/nvme0n1" },
    ],
    ["/dev/nvme0n1", "/dev/sda"],
  ],
])("%s", (_, selectors, paths) => {
  const { disks, issues } = selectDisks(selectors, server);
  expect(issues).toEqual([]);
  expect(disks.map(({ path }) => path)).toEqual(paths);
});

test.each<[string, DiskChoice[], string]>([
  [
    "too many",
    [{ count: 1, model: "SAMSUNG*" }],
    "It must match 1 disk with model SAMSUNG*, and matches 2: /dev/nvme0n1, /dev/nvme1n1. Add properties until only the right ones are left.",
  ],
  [
    "too few",
    [{ count: 3, transport: "nvme" }],
    "It must match 3 disks with transport nvme, and matches 2: /dev/nvme0n1, /dev/nvme1n1. Of the others: /dev/sda transport is sata; /dev/sdz transport is usb, runs this system.",
  ],
  [
    "none",
    [{ count: 1, serial: "?" }],
    "It must match 1 disk with serial ?, and matches none. Of the others: /dev/nvme0n1 serial is S64GNE0R801190; /dev/nvme1n1 serial is S64GNE0R801191; /dev/sda serial is WWZ1A2B3; /dev/sdz serial is 4C530001230715112345, runs this system.",
  ],
  [
    "all of them, without the running medium",
    [{ count: 1 }],
    "It must match 1 disk with no property at all, and matches 3: /dev/nvme0n1, /dev/nvme1n1, /dev/sda. Add properties until only the right ones are left.",
  ],
  [
    "the running medium",
    [{ count: 1, transport: "usb" }],
    "It must match 1 disk with transport usb, and matches none. Of the others: /dev/nvme0n1 transport is nvme; /dev/nvme1n1 transport is nvme; /dev/sda transport is sata; /dev/sdz runs this system.",
  ],
  [
    "one twice",
    [
      { count: 1, path: "/dev/sda" },
      { count: 1, transport: "sata" },
    ],
    "It matches /dev/sda, and another selector does too. Make one of them narrower.",
  ],
])("%s is an error", (_, selectors, sentence) => {
  expect(selectDisks(selectors, server).issues.map(({ message }) => message)).toContain(sentence);
});

test.each<Selector>([
  { count: 3, serial: "*" },
  { count: 3, wwn: "*" },
  { count: 3, byId: "*" },
  { count: 3, model: "*" },
])("a property that is missing is like nothing: %j", (selector) => {
  expect(selectDisks([selector], plain).disks).toEqual([]);
});

test("a disk is named by what stays the same longest", () => {
  expect(selectorFor(server.disks[0]!, server)).toEqual({ count: 1, serial: "S64GNE0R801190" });
  expect(selectorFor(plain.disks[1]!, plain)).toEqual({
    count: 1,
    byPath: "/dev/disk/by-path/pci-0000:00:04.0",
  });
  const bare = { ...plain.disks[0]!, byPath: [] };
  expect(selectorFor(bare, { ...plain, disks: [bare] })).toEqual({ count: 1, path: "/dev/vda" });
});

test("two disks with the same serial number are told apart by something else", () => {
  const twins = server.disks.slice(0, 2).map((disk) => ({ ...disk, serial: "SAME" }));
  const machine = { ...server, disks: twins };
  expect(selectorFor(twins[0]!, machine)).toEqual({ count: 1, wwn: "eui.3634473052801190" });
});
