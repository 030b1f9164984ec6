import { type Bytes, GiB, TiB } from "../../tui/base/bytes.ts";
import type { Disk } from "../../tui/machine/machine.ts";
import type { LayoutChoices } from "../../tui/plan/choices.ts";
import { defaultLayout } from "../../tui/plan/defaults.ts";

/** A pool whose usable size is told before it is made, and then asked of ZFS. */
export interface UsableCase {
  readonly name: string;
  readonly layout: LayoutChoices;
  /** Sizes of the disks. */
  readonly sizes: readonly Bytes[];
}

const many = (count: number, size: Bytes) => Array.from({ length: count }, () => size);

function usableCase(name: string, sizes: readonly Bytes[], changes: Partial<LayoutChoices>): UsableCase {
  return { name, sizes, layout: { ...defaultLayout, ...changes } };
}

/** Every kind, at sizes of virtual machines, servers and large disks; with what else changes the size. */
export const usableCases: readonly UsableCase[] = [
  usableCase("single of 8 GiB", many(1, 8 * GiB), { vdev: "single" }),
  usableCase("single of 500 GiB, ashift 9", many(1, 500 * GiB), { vdev: "single", ashift: 9 }),
  usableCase("stripe of unequal disks", [8 * GiB, 20 * GiB], { vdev: "stripe" }),
  usableCase("mirror of 2", many(2, 894 * GiB), { vdev: "mirror" }),
  usableCase("mirror of 3, 10 % free", many(3, 8 * TiB), { vdev: "mirror", freePercent: 10 }),
  usableCase("mirror with a spare", many(3, 64 * GiB), { vdev: "mirror", spares: 1 }),
  usableCase("striped mirrors of 2", many(4, 8 * GiB), { vdev: "striped-mirrors" }),
  usableCase("striped mirrors of 3", many(6, 4 * TiB), { vdev: "striped-mirrors", groupWidth: 3 }),
  usableCase("raidz1 of 3", many(3, 16 * GiB), { vdev: "raidz1", swap: GiB }),
  usableCase("raidz1 of 4, unequal", [4 * TiB, 4 * TiB, 6 * TiB, 4 * TiB], { vdev: "raidz1" }),
  usableCase("raidz1 of 5, ashift 13", many(5, TiB), { vdev: "raidz1", ashift: 13 }),
  usableCase("two raidz1 of 3", many(6, 100 * GiB), { vdev: "raidz1", groupWidth: 3 }),
  usableCase("raidz2 of 4", many(4, 8 * GiB), { vdev: "raidz2" }),
  usableCase("raidz2 of 6, two copies", many(6, 8 * TiB), { vdev: "raidz2", copies: 2 }),
  usableCase("two raidz2 of 5, a spare", many(11, 2 * TiB), { vdev: "raidz2", groupWidth: 5, spares: 1 }),
  usableCase("raidz3 of 5", many(5, 8 * GiB), { vdev: "raidz3" }),
  usableCase("raidz3 of 11", many(11, 18 * TiB), { vdev: "raidz3" }),
];

/** A disk by its size alone, as the plan counts it. */
export function diskOfSize(size: Bytes, index: number): Disk {
  return {
    ...{ name: `d${index}`, path: `/dev/d${index}`, size, model: null, serial: null, wwn: null },
    ...{ transport: "other", rotational: true, removable: false, readOnly: false },
    ...{ logicalSector: 512, physicalSector: 512, byId: [], byPath: [], tableType: null, tableUuid: null },
    ...{ contents: [], inUse: null },
  };
}
