import { describe, expect, test } from "vitest";
import type { Condition, DiskChoice, Selector } from "../../../tui/answers/schema-disks.ts";
import { selectDisks, selectorFor, wipeIssues } from "../../../tui/answers/select.ts";
import { GiB, TiB } from "../../../tui/base/bytes.ts";
import type { Disk } from "../../../tui/machine/machine.ts";
import { blankDisk, recorded } from "../plan/example.ts";

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

test.each([
  [1, false],
  [2, false],
  [3, true],
])("%i wanted of two: a disk that comes late may be what is lacking: %s", (count, isShort) => {
  expect(selectDisks([{ count, transport: "nvme" }], server).isShort).toBe(isShort);
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

describe("the traps that other installers fall into", () => {
  const disk = (name: string, changes: Partial<Disk> = {}) => blankDisk(name, 100 * GiB, changes);
  const on = (disks: readonly Disk[], ...choices: DiskChoice[]) => {
    const { disks: found, issues } = selectDisks(choices, { ...plain, disks });
    return { found: found.map(({ name }) => name), issues: issues.map(({ where }) => where) };
  };

  test.each<[string, Condition]>([
    ["serial", { serial: "*" }],
    ["not serial", { not: { serial: "B*" } }],
    ["not not serial", { not: { not: { serial: "B*" } } }],
    ["wwn", { wwn: "*" }],
    ["not wwn", { not: { wwn: "eui.*" } }],
    ["model", { model: "*" }],
    ["not model", { not: { model: "QEMU*" } }],
    ["by-id", { byId: "*" }],
    ["not by-id", { not: { byId: "ata-*" } }],
    ["by-path", { byPath: "*" }],
    ["rotational", { rotational: true }],
    ["not rotational", { not: { rotational: true } }],
    ["transport", { transport: "nvme" }],
    ["not transport", { not: { transport: "usb" } }],
    ["not one of two", { not: { or: [{ serial: "B" }, { model: "C" }] } }],
    ["not both of two", { not: { and: [{ serial: "B" }, { minSize: 0 }] } }],
    ["one of two, neither told", { or: [{ serial: "B" }, { model: "C" }] }],
  ])("a disk that does not tell it matches neither %s nor anything else with it", (_, condition) => {
    const mute = disk("vda", { serial: null, transport: "other" });
    // As an older recording may have it, in which the key was not known.
    const { rotational: _gone, ...older } = mute;
    for (const told of [mute, { ...older, rotational: undefined as unknown as boolean }])
      expect(on([told], { count: 1, ...condition, ...{ and: [condition] } }).found).toEqual(
        // "other" is no answer to the question how it is attached; "false" is one to whether it turns.
        "rotational" in (condition.not ?? {}) && told.rotational === false ? ["vda"] : [],
      );
  });

  test("Linux calls every virtio disk rotational: it is neither", () => {
    const virtio = disk("vda", { rotational: true });
    expect(on([virtio], { count: 1, rotational: true }).found).toEqual([]);
    expect(on([virtio], { count: 1, not: { rotational: false } }).found).toEqual([]);
  });

  test("what is told decides where it can", () => {
    const mute = disk("vda", { serial: null, model: "QEMU" });
    expect(on([mute], { count: 1, or: [{ serial: "B" }, { model: "QEMU" }] }).found).toEqual(["vda"]);
    expect(on([mute], { count: 1, not: { serial: "B", model: "C" } }).found).toEqual(["vda"]);
  });

  test("all properties, not any of them", () => {
    const disks = [disk("sda", { model: "A" }), disk("sdb", { model: "B" })];
    expect(on(disks, { count: 1, model: "A", serial: "SDB" }).found).toEqual([]);
  });

  test("an extra disk that matches stops, instead of joining or being left out", () => {
    const disks = [disk("sda"), disk("sdb"), disk("sdc")];
    expect(on(disks, { count: 2, minSize: GiB }).issues).toEqual(["disks[0]"]);
  });

  test("a disk that is gone stops, instead of being done without", () => {
    expect(on([disk("sda")], { count: 1, serial: "SDA" }, { count: 1, serial: "SDB" }).issues).toEqual([
      "disks[1]",
    ]);
  });

  test("a name is not matched by its end", () => {
    expect(on([disk("xsda")], { count: 1, path: "sda" }).found).toEqual([]);
  });

  test("identical disks without a serial number: by their places, or not at all", () => {
    const twins = ["vda", "vdb"].map((name, index) =>
      disk(name, { serial: null, byPath: [`/dev/disk/by-path/pci-0000:00:0${index}.0`] }),
    );
    expect(on(twins, { count: 1, minSize: GiB }).issues).toEqual(["disks[0]"]);
    expect(on(twins, { count: 1, byPath: "pci-0000:00:01.0" }).found).toEqual(["vdb"]);
    expect(on(twins, { count: 2, minSize: GiB }).found).toEqual(["vda", "vdb"]);
  });

  test("two disks with one serial number, as some USB boxes have it", () => {
    const twins = [disk("sda", { serial: "0123" }), disk("sdb", { serial: "0123" })];
    expect(on(twins, { count: 1, serial: "0123" }).issues).toEqual(["disks[0]"]);
  });

  test("nvme0 and nvme1 swapped between boots: the same disk is found", () => {
    const one = { serial: "ONE", wwn: "eui.1" };
    const two = { serial: "TWO", wwn: "eui.2" };
    const before = [disk("nvme0n1", one), disk("nvme1n1", two)];
    const after = [disk("nvme0n1", two), disk("nvme1n1", one)];
    const selector = selectorFor(before[0]!, { ...plain, disks: before });
    expect(on(before, selector).found).toEqual(["nvme0n1"]);
    expect(on(after, selector).found).toEqual(["nvme1n1"]);
  });

  test("the running medium and disks in use never match, whatever is asked for", () => {
    const medium = disk("sda", { inUse: "runs this system" });
    const used = disk("sdb", { inUse: "in use by pool tank" });
    for (const condition of [{ serial: "SD?" }, { path: "/dev/sd*" }, {}])
      expect(on([medium, used], { count: 2, ...condition }).found).toEqual([]);
    expect(on([medium, disk("sdc")], { count: 1, minSize: GiB }).found).toEqual(["sdc"]);
  });

  test("a fallback is for disks that are not there, not for a mirror that has lost one", () => {
    const orElse = [{ count: 2, transport: "sata" as const }];
    const sata = [disk("sda", { transport: "sata" }), disk("sdb", { transport: "sata" })];
    const wanted: DiskChoice = { count: 2, transport: "nvme", orElse };
    expect(on(sata, wanted)).toEqual({ found: ["sda", "sdb"], issues: [] });
    const lone = disk("nvme0n1", { transport: "nvme" });
    expect(on([lone, ...sata], wanted)).toEqual({ found: ["nvme0n1"], issues: ["disks[0]"] });
    const busy = { ...lone, inUse: "mounted at /mnt" };
    expect(on([busy, ...sata], wanted)).toEqual({ found: [], issues: ["disks[0]"] });
    // The stick that it all runs from is no disk that was meant.
    expect(on([{ ...lone, inUse: "runs this system" }, ...sata], wanted).found).toEqual(["sda", "sdb"]);
  });

  test("fallbacks in their order", () => {
    const orElse = [
      { count: 1, model: "A" },
      { count: 1, model: "B" },
    ];
    const disks = [disk("sda", { model: "B" }), disk("sdb", { model: "A" })];
    expect(on(disks, { count: 1, model: "C", orElse }).found).toEqual(["sdb"]);
    expect(on([disks[0]!], { count: 1, model: "C", orElse }).found).toEqual(["sda"]);
    expect(on([], { count: 1, model: "C", orElse }).issues).toEqual(["disks[0].orElse[1]"]);
  });

  test("patterns: letters count as they are, and no pattern takes long", () => {
    const model = `${"a".repeat(60)}b`;
    expect(on([disk("sda", { model: "Samsung" })], { count: 1, model: "samsung" }).found).toEqual([]);
    expect(on([disk("sda", { model: "a.b" })], { count: 1, model: "a?b" }).found).toEqual(["sda"]);
    expect(on([disk("sda", { model: "axb" })], { count: 1, model: "a.b" }).found).toEqual([]);
    expect(on([disk("sda", { model })], { count: 1, model: `${"*a".repeat(30)}*c` }).found).toEqual([]);
    expect(on([disk("sda", { model })], { count: 1, model: `${"*a".repeat(30)}*b*` }).found).toEqual(["sda"]);
  });

  test("wiping what holds something takes consent", () => {
    const full = disk("sda", { tableType: "gpt" });
    expect(wipeIssues([disk("sdb"), full], false).map(({ message }) => message)).toEqual([
      "Disk /dev/sda holds something: empty partition table. Write `wipe: true` if that may be lost, or choose another.",
    ]);
    expect(wipeIssues([full], true)).toEqual([]);
  });
});
