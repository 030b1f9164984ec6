import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { holdersOf, holdersOfAll, holderWords } from "../../../tui/machine/holders.ts";
import { parseBlockDevices } from "../../../tui/tools/lsblk.ts";
import { release } from "../../../tui/tools/release.ts";
import { blankDisk } from "../plan/example.ts";

const device = (name: string, type: string, ...children: object[]) => ({ name, type, size: GiB, children });
const read = (disk: object) => holdersOf(parseBlockDevices(JSON.stringify({ blockdevices: [disk] }))[0]!);
const swapOn = (node: object) => ({ ...node, mountpoints: ["[SWAP]"] });

test("LUKS on LVM on md: the highest first, each let go of by its own program", () => {
  const crypt = { ...device("opened", "crypt"), path: "/dev/mapper/opened" };
  const volume = { ...device("vg0-data", "lvm", crypt), path: "/dev/mapper/vg0-data" };
  const holders = read(device("sda", "disk", device("sda1", "part", device("md127", "raid1", volume))));
  expect(holders.map(holderWords)).toEqual([
    "encrypted device opened",
    "LVM volume vg0-data",
    "md array md127",
  ]);
  expect(holders.map((holder) => release(holder).join(" "))).toEqual([
    "cryptsetup close opened",
    "dmsetup remove --retry vg0-data",
    "mdadm --stop /dev/md127",
  ]);
});

test("swap on a device is stopped before the device goes", () => {
  const volume = swapOn({ ...device("vg0-swap", "lvm"), path: "/dev/mapper/vg0-swap" });
  const holders = read(device("sda", "disk", swapOn(device("sda2", "part")), volume));
  expect(holders.map((holder) => release(holder).join(" "))).toEqual([
    "swapoff /dev/mapper/vg0-swap",
    "swapoff /dev/sda2",
    "dmsetup remove --retry vg0-swap",
  ]);
});

test("what lies on several disks is let go of once, after all that is on it", () => {
  const array = { kind: "md", name: "md0", path: "/dev/md0" } as const;
  const volume = { kind: "lvm", name: "vg-a", path: "/dev/mapper/vg-a" } as const;
  const disks = [
    blankDisk("sda", GiB, { holders: [{ ...array, level: 1 }] }),
    blankDisk("sdb", GiB, {
      holders: [
        { ...volume, level: 3 },
        { ...array, level: 2 },
      ],
    }),
  ];
  expect(holdersOfAll(disks).map(({ name, level }) => [name, level])).toEqual([
    ["vg-a", 3],
    ["md0", 2],
  ]);
});

test("disks of a machine that was recorded without them have none", () => {
  expect(holdersOfAll([blankDisk("sda", GiB)])).toEqual([]);
});
