import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import type { Machine } from "../../../tui/machine/machine.ts";
import type { Choices } from "../../../tui/plan/choices.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import { choicesFor, recorded } from "./example.ts";

type Case = [what: string, machine: Machine, choices: Choices, issue: string];

const two = recorded("qemu-two-disks");
const pools = recorded("old-zfs-pools");
const tiny = recorded("tiny-disk");
const md = recorded("md-array");
const fourK = recorded("sectors-4kn");

const layout = (changes: Parameters<typeof choicesFor>[1]) => choicesFor(two, changes);

const cases: Case[] = [
  ["no disk", two, layout({ disks: [] }), "error disks: No disk is chosen. Choose at least one."],
  [
    "a disk that is not there",
    two,
    layout({ disks: ["/dev/vdz"], layout: { vdev: "single" } }),
    'error /dev/vdz: There is no disk /dev/vdz in this machine. Look again with "rescan", or choose another.',
  ],
  [
    "one disk twice",
    two,
    layout({ disks: ["/dev/vda", "/dev/vda"], layout: { vdev: "single" } }),
    "error /dev/vda: Disk /dev/vda is chosen twice.",
  ],
  [
    "a disk in use",
    pools,
    choicesFor(pools, { disks: ["/dev/sdd"] }),
    "error /dev/sdd: Disk /dev/sdd cannot be used: in use by pool backup. Choose another.",
  ],
  [
    "a tiny disk",
    tiny,
    choicesFor(tiny, { disks: ["/dev/vda"] }),
    "error /dev/vda: Disk /dev/vda cannot be used: too small, 4.0 GiB at least. Choose another.",
  ],
  [
    "too much swap",
    two,
    layout({ layout: { swap: 6 * GiB } }),
    "error /dev/vda: Disk /dev/vda has 8.0 GiB; these partitions need 9.5 GiB. Choose less swap, or another disk.",
  ],
  [
    "too few disks",
    two,
    layout({ layout: { vdev: "raidz1" } }),
    "error layout.vdev: Raidz1 needs 3 disks (2 chosen).",
  ],
  [
    "too many disks",
    two,
    layout({ layout: { vdev: "single" } }),
    "error layout.vdev: Single disk takes 1 disk (2 chosen).",
  ],
  [
    "a pool's name that zpool refuses",
    two,
    layout({ layout: { pool: "mirror" } }),
    "error layout.pool: The name mirror is one that zpool keeps for itself. Choose another.",
  ],
  [
    "a pool of that name on a disk that is kept",
    pools,
    choicesFor(pools, { disks: ["/dev/sda", "/dev/sdb"] }),
    "error layout.pool: A pool rpool is on /dev/sdc, which is kept. Name the new one otherwise, rpool2 for instance.",
  ],
  [
    "half of a pool",
    pools,
    choicesFor(pools, { disks: ["/dev/sda", "/dev/sdc"] }),
    "warning disks: Pool tank is also on /dev/sdb, not chosen: it loses the chosen disks.",
  ],
  [
    "a part of an md array",
    md,
    choicesFor(md, { disks: ["/dev/sdc"] }),
    "warning disks: The md array old:0 is also on /dev/sda, /dev/sdb, not chosen: it loses the chosen disks.",
  ],
  [
    "unequal disks",
    tiny,
    choicesFor(tiny, { disks: ["/dev/vdb", "/dev/vdc"] }),
    "warning disks: The disks differ in size: 4.0 GiB of the larger ones stay unused until the smaller ones are replaced.",
  ],
  [
    "4096-byte sectors under a BIOS",
    { ...fourK, firmware: "bios" },
    choicesFor(fourK),
    "error disks: A BIOS cannot start from disks with 4096-byte sectors. Switch the firmware to UEFI, or choose other disks.",
  ],
  [
    "an ESP that is too small",
    two,
    layout({ layout: { espSize: 1000 } }),
    "error layout.espSize: An ESP holds kernels: 300.0 MiB at least.",
  ],
  [
    "swap that is no size",
    two,
    layout({ layout: { swap: Number.NaN } }),
    "error layout.swap: Swap is 0 for none, or 1 MiB and more.",
  ],
  [
    "a host name with a dot",
    two,
    layout({ system: { hostname: "web1.example" } }),
    "error system.hostname: A host name has letters, digits and hyphens, at most 63, and no hyphen at its ends.",
  ],
  [
    "a hostId that is none",
    two,
    layout({ system: { hostId: "8F2C" } }),
    "error system.hostId: A hostId is eight hexadecimal digits in lower case, 8f2c41aa for instance.",
  ],
  [
    "GUIDs that are not drawn",
    two,
    { ...layout({}), identity: { diskGuids: [] } },
    "error identity.diskGuids: Every chosen disk needs a GUID of its own.",
  ],
  [
    "no flake",
    two,
    { ...layout({}), flake: { reference: "", host: "web1", substituters: [], zfsVersion: null } },
    "error flake.reference: No flake is given. Type a reference, github:example/infra for instance.",
  ],
  [
    "no host",
    two,
    {
      ...layout({}),
      flake: { reference: "github:example/infra", host: "", substituters: [], zfsVersion: null },
    },
    "error flake.host: No host of the flake is chosen.",
  ],
];

test.each(cases)("%s", (_, machine, choices, issue) => {
  const told = planOf(machine, choices).issues.map(
    ({ severity, where, message }) => `${severity} ${where}: ${message}`,
  );
  expect(told).toContain(issue);
});

test("two equal disks have no issue", () => {
  expect(planOf(two, choicesFor(two)).issues).toEqual([]);
});
