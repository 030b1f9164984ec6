import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { canChoose, contentWords, holdsOf, whyNot } from "../../../tui/machine/describe.ts";
import { disksOf, type Surroundings } from "../../../tui/machine/disks.ts";
import { parseBlockDevices } from "../../../tui/tools/lsblk.ts";
import { recorded } from "../plan/example.ts";

const around: Surroundings = {
  byId: new Map([["/dev/sda", ["/dev/disk/by-id/ata-X", "/dev/disk/by-id/wwn-1"]]]),
  byPath: new Map(),
  pools: new Map(),
  volumeGroups: new Map(),
  imported: [],
  busy: new Set(),
};

function disksFrom(devices: object[], more: Partial<Surroundings> = {}) {
  return disksOf(parseBlockDevices(JSON.stringify({ blockdevices: devices })), { ...around, ...more });
}

const sda = { name: "sda", path: "/dev/sda", type: "disk", size: 64 * GiB, tran: "sata" };
const part = (number: number, more: object = {}) => ({
  ...{ name: `sda${number}`, path: `/dev/sda${number}`, type: "part", size: GiB },
  ...more,
});

test("only disks that hold something are disks", () => {
  const others = [
    { ...sda, name: "sr0", type: "rom" },
    { ...sda, name: "loop0", type: "loop" },
    { ...sda, name: "zram0" },
    { ...sda, name: "zd16" },
    { ...sda, name: "mmcblk0boot0" },
    { ...sda, name: "sdb", size: 0 },
  ];
  expect(disksFrom([sda, ...others]).map(({ name }) => name)).toEqual(["sda"]);
});

test("links, table, and partitions by their numbers", () => {
  const children = [part(1, { fstype: "ext4", label: "data" }), part(12)];
  const [disk] = disksFrom([{ ...sda, pttype: "gpt", ptuuid: "u", children }]);
  expect(disk).toMatchObject({
    byId: around.byId.get("/dev/sda"),
    tableType: "gpt",
    tableUuid: "u",
    transport: "sata",
  });
  expect(disk?.contents.map(({ number, type, label }) => [number, type, label])).toEqual([
    [1, "ext4", "data"],
    [12, null, null],
  ]);
});

test.each([
  ["vda", null, "virtio"],
  ["nvme0n1", null, "nvme"],
  ["mmcblk0", null, "mmc"],
  ["sda", null, "scsi"],
  ["sda", "usb", "usb"],
  ["sda", "iscsi", "scsi"],
  ["xvda", null, "other"],
])("%s with transport %s is %s", (name, tran, transport) => {
  expect(disksFrom([{ ...sda, name, tran }])[0]?.transport).toBe(transport);
});

test.each<[string, object, Partial<Surroundings>, string | null]>([
  ["blank", {}, {}, null],
  ["read-only", { ro: true }, {}, "read-only"],
  ["mounted", { children: [part(1, { mountpoints: ["/data/deep", "/data"] })] }, {}, "mounted at /data"],
  ["the root", { children: [part(1, { mountpoints: ["/"] })] }, {}, "runs this system"],
  ["the medium", { children: [part(1, { mountpoints: ["/run/dabei/medium"] })] }, {}, "runs this system"],
  ["swap", { children: [part(1, { mountpoints: ["[SWAP]"] })] }, { busy: new Set(["/dev/sda"]) }, null],
  ["md", { children: [part(1, { children: [{ name: "md127", type: "raid1" }] })] }, {}, null],
  [
    "what is mounted on LVM",
    { children: [{ name: "vg-root", type: "lvm", mountpoints: ["/data"] }] },
    {},
    "mounted at /data",
  ],
  ["multipath", { children: [{ name: "mpatha", type: "mpath" }] }, {}, "in use by mpatha (mpath)"],
  ["busy", {}, { busy: new Set(["/dev/sda"]) }, "in use by the running system"],
  [
    "an imported pool",
    { children: [part(1, { fstype: "zfs_member", label: "tank" })] },
    { imported: ["tank"] },
    "in use by pool tank",
  ],
  [
    "a pool that is not imported",
    { children: [part(1, { fstype: "zfs_member", label: "tank" })] },
    { imported: ["rpool"] },
    null,
  ],
])("in use: %s", (_, more, surroundings, reason) => {
  expect(disksFrom([{ ...sda, ...more }], surroundings)[0]?.inUse ?? null).toBe(reason);
});

test("a pool by its label, or else by what blkid says", () => {
  const children = [part(1, { fstype: "zfs_member", label: "tank", uuid: "42" })];
  const pools = new Map([
    ["/dev/sda1", { name: "tank", guid: "42", host: "web1", isExported: false, comment: null }],
  ]);
  expect(disksFrom([{ ...sda, children }], { pools })[0]?.contents[0]?.pool).toEqual({
    name: "tank",
    guid: "42",
    host: "web1",
  });
  expect(disksFrom([{ ...sda, children }])[0]?.contents[0]?.pool).toEqual({
    name: "tank",
    guid: "42",
    host: null,
  });
});

test("what the disks of the recorded machines hold, as the disks screen tells it", () => {
  const told = (name: string) =>
    recorded(name).disks.map((disk) => `${disk.name} ${canChoose(disk) ? "" : "- "}${holdsOf(disk)}`);
  expect(told("qemu-two-disks")).toEqual(["vda nothing", "vdb nothing"]);
  expect(told("nvme-server")).toEqual([
    "nvme0n1 nothing",
    "nvme1n1 nothing",
    "sda pool tank of web1",
    "sdz - runs this system",
  ]);
  expect(told("windows-laptop")).toEqual(["nvme0n1 Windows"]);
  expect(told("md-array")).toEqual([
    "sda - in use by md array md127",
    "sdb - in use by md array md127",
    "sdc md array old:0",
    "sdd LVM",
    "sde encrypted (LUKS)",
  ]);
  expect(told("tiny-disk")).toEqual(["vda - too small, 4.0 GiB at least", "vdb nothing", "vdc nothing"]);
  expect(told("emmc-small-board")).toEqual(["mmcblk0 vfat, ext4, swap"]);
  expect(told("usb-stick")).toEqual(["sda ext4 data", "sdz - runs this system"]);
});

test("a table without anything that is known", () => {
  const disk = recorded("qemu-two-disks").disks[0]!;
  const unknown = { ...recorded("emmc-small-board").disks[0]!.contents[0]!, type: null };
  expect(holdsOf({ ...disk, tableType: "gpt" })).toBe("empty partition table");
  expect(holdsOf({ ...disk, tableType: "gpt", contents: [unknown] })).toBe("1 partition, not recognised");
  expect(contentWords(unknown)).toBeNull();
  expect(whyNot(disk)).toBeNull();
});
