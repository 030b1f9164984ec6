import { expect, test } from "vitest";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import type { Holder, Machine } from "../../../tui/machine/machine.ts";
import { layoutIssues } from "../../../tui/plan/check.ts";
import type { Choices, DatasetChoice, LayoutChoices } from "../../../tui/plan/choices.ts";
import { blankDisk, choicesFor, recorded } from "./example.ts";

const machineOf = (count: number, changes: Partial<Machine> = {}): Machine => ({
  ...recorded("no-disks"),
  firmware: "uefi",
  disks: Array.from({ length: count }, (_, index) => blankDisk(`vd${"abcdefghijkl"[index]}`, 64 * GiB)),
  ...changes,
});

function told(machine: Machine, choices: Choices): string[] {
  return layoutIssues(machine, choices).map(
    ({ severity, where, message }) => `${severity} ${where}: ${message}`,
  );
}

const keys = { authorizedKeys: ["ssh-ed25519 AAAA me"] };
const dataset = (
  name: string,
  mountpoint: string | null,
  more: Partial<DatasetChoice> = {},
): DatasetChoice => ({
  ...{ name, mountpoint, properties: {}, refreservation: null, snapshot: null },
  ...more,
});
const root = dataset("root", "/");
const nix = dataset("nix", "/nix");

/** On so many disks of 64 GiB under UEFI, this layout has this issue. */
const cases: [what: string, disks: number, layout: Partial<LayoutChoices>, issue: string][] = [
  [
    "odd mirrors",
    5,
    { vdev: "striped-mirrors" },
    "layout.vdev: Striped mirrors needs an even number of disks (5 chosen).",
  ],
  [
    "mirrors of 3 on 8",
    8,
    { vdev: "striped-mirrors", groupWidth: 3 },
    "layout.vdev: Striped mirrors needs a multiple of 3 disks (8 chosen).",
  ],
  [
    "mirrors of 3 on 3",
    3,
    { vdev: "striped-mirrors", groupWidth: 3 },
    "layout.vdev: Striped mirrors needs 6 disks (3 chosen).",
  ],
  [
    "groups too narrow",
    4,
    { vdev: "raidz1", groupWidth: 2 },
    "layout.vdev: Raidz1 takes groups of 3 disks and more.",
  ],
  [
    "groups that do not fit",
    7,
    { vdev: "raidz1", groupWidth: 3 },
    "layout.vdev: Raidz1 needs a multiple of 3 disks (7 chosen).",
  ],
  [
    "groups of a mirror",
    4,
    { vdev: "mirror", groupWidth: 2 },
    "layout.vdev: Mirror has no groups, so groupWidth must be left out.",
  ],
  [
    "a spare without redundancy",
    3,
    { vdev: "stripe", spares: 1 },
    "layout.vdev: Stripe has nothing that a spare could replace: what a lost disk held is lost.",
  ],
  [
    "a spare too many",
    3,
    { vdev: "raidz1", spares: 1 },
    "layout.vdev: Raidz1 needs 4 disks (3 chosen, 1 of them spare).",
  ],
  ["half a spare", 3, { vdev: "mirror", spares: 0.5 }, "layout.vdev: Mirror takes a whole number of spares."],
  [
    "ashift",
    1,
    { ashift: 8 },
    "layout.ashift: An ashift is auto, or 9 to 16: sectors of 512 bytes to 64 KiB.",
  ],
  [
    "sectors smaller than the disk's",
    1,
    { ashift: 9 },
    "layout.ashift: The disks have sectors of 4096 bytes: ashift is 12 at least.",
  ],
  [
    "compression",
    1,
    { compression: "zstd-20" },
    "layout.compression: Compression is zstd, zstd-1 to zstd-19, lz4, gzip, gzip-1 to gzip-9, or off.",
  ],
  ["copies", 1, { copies: 4 }, "layout.copies: ZFS keeps 1, 2 or 3 copies of a block."],
  [
    "compatibility",
    1,
    { compatibility: "zol-0.8" },
    "layout.compatibility: Compatibility is auto, off, or one of: openzfs-2.0-linux, openzfs-2.1-linux, openzfs-2.2-linux, openzfs-2.3-linux.",
  ],
  [
    "blake3 in an old set",
    1,
    { compatibility: "openzfs-2.1-linux", checksum: "blake3" },
    "layout.compatibility: Checksums with blake3 need zfs 2.2, and the pool is made for openzfs-2.1-linux. Choose another checksum.",
  ],
  [
    "too much kept free",
    1,
    { freePercent: 51 },
    "layout.freePercent: Between 0 and 50 percent of each disk can stay free.",
  ],
  [
    "a tiny cache",
    1,
    { arcLimit: MiB },
    "layout.arcLimit: ZFS takes a limit for its cache of 64 MiB and more.",
  ],
  [
    "systemd-boot on two disks",
    2,
    { vdev: "mirror", bootLoader: "systemd-boot" },
    "layout.bootLoader: Only one disk would have systemd-boot, and the machine could not start without it. Choose GRUB.",
  ],
  [
    "a key file from nowhere",
    1,
    { encryption: "native-key-file" },
    "layout.keyFile: Which file holds the key? Choose a file system of another device.",
  ],
  [
    "a key file that is not there",
    1,
    { encryption: "native-key-file", keyFile: { uuid: "1", path: "/k" } },
    "layout.keyFile: No file system here has the UUID 1. Plug it in, or choose another.",
  ],
  [
    "a key file for nothing",
    1,
    { keyFile: { uuid: "1", path: "/k" } },
    "layout.keyFile: A key file is for encryption native-key-file only. Leave it out.",
  ],
  [
    "unlocking what is open",
    1,
    { remoteUnlock: { ...keys, port: 22 } },
    "layout.remoteUnlock: Nobody has to unlock this pool: ssh in the initrd needs a passphrase.",
  ],
  [
    "unlocking by nobody",
    1,
    { encryption: "luks", remoteUnlock: { authorizedKeys: [], port: 22 } },
    "layout.remoteUnlock: Nobody could log in to unlock the pool: give at least one ssh key.",
  ],
  [
    "a port",
    1,
    { encryption: "luks", remoteUnlock: { ...keys, port: 0 } },
    "layout.remoteUnlock.port: A port is a number between 1 and 65535.",
  ],
  ["no root", 1, { datasets: [nix] }, "layout.datasets: No dataset is mounted at /: the system needs one."],
  [
    "a dataset's name",
    1,
    { datasets: [root, dataset("my data", "/data")] },
    "layout.datasets[1]: A dataset's name has letters, digits and _ - . :, with / between a parent and what is in it: safe/home.",
  ],
  [
    "a dataset twice",
    1,
    { datasets: [root, dataset("root", "/a")] },
    "layout.datasets[1]: There are two datasets root.",
  ],
  [
    "a place twice",
    1,
    { datasets: [root, dataset("other", "/")] },
    "layout.datasets[1]: Two datasets are to be mounted at /.",
  ],
  [
    "the ESP's place",
    1,
    { datasets: [root, dataset("boot", "/boot-2")] },
    "layout.datasets[1]: The place /boot-2 is not for a dataset: the system mounts something else there.",
  ],
  [
    "a crooked place",
    1,
    { datasets: [root, dataset("a", "/a/../b")] },
    "layout.datasets[1]: A place to mount begins with /, with plain names in it: /var/lib.",
  ],
  [
    "an unknown property",
    1,
    { datasets: [root, dataset("a", "/a", { properties: { mountpoint: "/b" } })] },
    "layout.datasets[1]: The property mountpoint cannot be set here.",
  ],
  [
    "a wrong value",
    1,
    { datasets: [root, dataset("a", "/a", { properties: { recordsize: "3k" } })] },
    "layout.datasets[1]: The property recordsize cannot be 3k.",
  ],
  [
    "more kept than there is",
    1,
    { datasets: [root, dataset("big", null, { refreservation: 100 * GiB })] },
    "layout.datasets: Datasets are to keep 100.0 GiB, and the pool has 60.1 GiB.",
  ],
  [
    "impermanence without blank",
    1,
    { preset: "impermanence", datasets: [root, nix, dataset("p", "/persist")] },
    "layout.datasets: The dataset of / needs the snapshot blank, which it goes back to at each boot.",
  ],
  [
    "impermanence without /persist",
    1,
    { preset: "impermanence", datasets: [{ ...root, snapshot: "blank" }, nix] },
    "layout.datasets: With impermanence /persist has to be a dataset of its own: / is emptied at each boot.",
  ],
];

test.each(cases)("%s", (_, count, layout, issue) => {
  const machine = machineOf(count);
  const fourK = layout.ashift === 9 ? { disks: [blankDisk("vda", 64 * GiB, { logicalSector: 4096 })] } : {};
  expect(told({ ...machine, ...fourK }, choicesFor(machine, { layout }))).toContain(`error ${issue}`);
});

test.each<[string, number, Partial<LayoutChoices>]>([
  ["mirrors of 3", 6, { vdev: "striped-mirrors", groupWidth: 3 }],
  ["two raidz2 and spares", 10, { vdev: "raidz2", groupWidth: 4, spares: 2 }],
  [
    "LUKS, unlocked by the system's keys",
    2,
    { vdev: "mirror", encryption: "luks", remoteUnlock: { authorizedKeys: [], port: 2222 }, swap: GiB },
  ],
  [
    "every property",
    1,
    {
      vdev: "single",
      ashift: 13,
      compression: "zstd-fast-10",
      checksum: "blake3",
      copies: 2,
      compatibility: "openzfs-2.2-linux",
      autotrim: "off",
      freePercent: 0,
      arcLimit: GiB,
      discard: true,
    },
  ],
  [
    "datasets of one's own",
    1,
    {
      vdev: "single",
      datasets: [
        root,
        nix,
        dataset("db/wal", "/var/lib/db/wal", {
          properties: { recordsize: "16k", "com.example:backup": "yes" },
        }),
      ],
    },
  ],
])("nothing is wrong with %s", (_, count, layout) => {
  const machine = machineOf(count);
  expect(told(machine, choicesFor(machine, { layout, system: keys }))).toEqual([]);
});

test("systemd-boot is for UEFI", () => {
  const machine = machineOf(1, { firmware: "bios" });
  expect(told(machine, choicesFor(machine, { layout: { bootLoader: "systemd-boot" } }))).toEqual([
    "error layout.bootLoader: This machine was started by a BIOS, and systemd-boot needs UEFI. Choose GRUB.",
  ]);
});

test.each([
  ["2.1.5", "auto", undefined],
  ["2.4.1", "auto", undefined],
  ["0.8.6", "auto", "The host's zfs 0.8.6 is older than 2.0: it cannot read a pool that is made here."],
  [
    "2.2.7",
    "openzfs-2.3-linux",
    "The host's zfs 2.2.7 may not read a pool made with compatibility openzfs-2.3-linux. Choose auto.",
  ],
  ["2.2.7", "off", "The host's zfs 2.2.7 may not read a pool made with compatibility off. Choose auto."],
  ["2.3.9", "off", undefined],
])("zfs %s in the target with compatibility %s", (zfsVersion, compatibility, message) => {
  const machine = machineOf(1);
  const choices = choicesFor(machine, { layout: { compatibility } });
  const issues = told(machine, { ...choices, flake: { ...choices.flake, zfsVersion } });
  expect(issues).toEqual(message ? [`error layout.compatibility: ${message}`] : []);
});

test("a key is kept on a disk that is not erased, on a file system that the initrd can read", () => {
  const windows = recorded("windows-laptop");
  const key = windows.disks[0]!.contents.find(({ type }) => type === "vfat")!;
  const other = windows.disks[0]!.contents.find(({ type }) => type === "ntfs")!;
  const machine = { ...windows, disks: [...windows.disks, blankDisk("vda", 64 * GiB)] };
  const issues = (uuid: string, disks: string[], path = "/keys/rpool.key") =>
    told(
      machine,
      choicesFor(machine, {
        disks,
        layout: { encryption: "native-key-file", keyFile: { uuid, path }, vdev: "single" },
      }),
    );
  expect(issues(key.uuid!, ["/dev/vda"])).toEqual([]);
  expect(issues(key.uuid!, ["/dev/vda"], "/a/../b")[0]).toContain("The key file's path begins with /");
  expect(issues(key.uuid!, ["/dev/nvme0n1"])[0]).toContain("is on a disk that will be erased");
  expect(issues(other.uuid!, ["/dev/vda"])[0]).toContain("A key is kept on vfat, ext4, ext3, ext2;");

  // mkfs.vfat gives a whole stick a partition table of one partition that spans it: they are one file system.
  const onStick = (...numbers: (number | null)[]) => ({
    ...machine,
    disks: [
      blankDisk("vda", 64 * GiB),
      blankDisk("sdb", GiB, { contents: numbers.map((number) => ({ ...key, number })) }),
    ],
  });
  const layout = {
    encryption: "native-key-file",
    keyFile: { uuid: key.uuid!, path: "/k" },
    vdev: "single",
  } as const;
  const ofStick = (stick: ReturnType<typeof onStick>) =>
    told(stick, choicesFor(stick, { disks: ["/dev/vda"], layout }));
  expect(ofStick(onStick(null, 1))).toEqual([]);
  expect(ofStick(onStick(1, 2))[0]).toContain("Several file systems have the UUID");
});

test("what is open on a chosen and a kept disk is an error, and what is on chosen ones alone is not", () => {
  const holder: Holder = { kind: "md", name: "md127", path: "/dev/md127", level: 1 };
  const disks = machineOf(3).disks.map((disk, index) => (index < 2 ? { ...disk, holders: [holder] } : disk));
  const machine = machineOf(3, { disks });
  expect(told(machine, choicesFor(machine, { disks: ["/dev/vda", "/dev/vdc"] }))).toEqual([
    "error disks: Md array md127 is open on /dev/vdb too, not chosen. Let go of it with `mdadm --stop /dev/md127`, or choose all its disks.",
  ]);
  expect(told(machine, choicesFor(machine, { disks: ["/dev/vda", "/dev/vdb"] }))).toEqual([]);
});

test("a volume group or a btrfs on both is torn, and said so", () => {
  const content = recorded("md-array").disks[0]!.contents[0]!;
  const contents = [
    [{ ...content, type: "LVM2_member", volumeGroup: { name: "vg0", uuid: "u" } }],
    [{ ...content, type: "btrfs", uuid: "b", label: "data" }],
  ];
  const [volumes = [], btrfs = []] = contents;
  const disks = machineOf(3).disks.map((disk, index) => ({
    ...disk,
    contents: index === 0 ? [...volumes, ...btrfs] : index === 1 ? volumes : btrfs,
  }));
  const machine = machineOf(3, { disks });
  expect(told(machine, choicesFor(machine, { disks: ["/dev/vda"], layout: { vdev: "single" } }))).toEqual([
    "warning disks: The LVM group vg0 is also on /dev/vdb, not chosen: it loses the chosen disks.",
    "warning disks: The btrfs data is also on /dev/vdc, not chosen: it loses the chosen disks.",
  ]);
});
