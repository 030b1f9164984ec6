import { rm } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { GiB, TiB } from "../../tui/base/bytes.ts";
import { defaultLayout } from "../../tui/plan/defaults.ts";
import { usableOf } from "../../tui/plan/vdev.ts";
import { diskOfSize } from "../fixtures/usable-cases.ts";
import { diskOf, isFull } from "./harness.ts";
import { healthOf, membersOf, putBack, readData, spaceOf, writeData } from "./installed.ts";
import {
  bootCase,
  diskSize,
  disksOf,
  installAll,
  type LayoutCase,
  type LayoutMachine,
} from "./layout-machine.ts";

type Firmware = LayoutMachine["firmware"];
/** Disks that are missing together, counted from 0. */
type Loss = readonly number[];
/** The same by their places in the pool: which disk is in which group is up to the names that they had when it was made. */
type Places = readonly number[];

interface Row extends LayoutCase {
  /** Losses of several disks, beside each disk that may be missing alone. */
  readonly together: Readonly<Record<Firmware, readonly Places[]>>;
}

const scsi = { kind: "scsi" } as const;
const none = { bios: [], uefi: [] };

/** On every kind of controller, beyond 2 TiB, and without serial numbers. */
const rows: readonly Row[] = [
  { name: "single", disks: 1, kind: "nvme", size: 3 * TiB, layout: { vdev: "single" }, together: none },
  { name: "stripe-2", disks: 2, size: 5 * GiB, isUnnamed: true, layout: { vdev: "stripe" }, together: none },
  { name: "mirror-2", disks: 2, layout: { vdev: "mirror" }, together: none },
  { name: "mirror-3", disks: 3, kind: "sata", layout: { vdev: "mirror" }, together: { bios: [[0, 1]], uefi: [[1, 2]] } },
  { name: "mirrors-4", disks: 4, ...scsi, layout: { vdev: "striped-mirrors" }, together: { bios: [[0, 2]], uefi: [[1, 3]] } },
  { name: "raidz1-3", disks: 3, ...scsi, layout: { vdev: "raidz1" }, together: none },
  { name: "raidz2-4", disks: 4, ...scsi, layout: { vdev: "raidz2" }, together: { bios: [[0, 1], [1, 2]], uefi: [[0, 3]] } },
  { name: "raidz3-5", disks: 5, ...scsi, layout: { vdev: "raidz3" }, together: { bios: [[0, 1, 2]], uefi: [[0, 2, 4]] } },
  { name: "two-raidz1", disks: 6, ...scsi, layout: { vdev: "raidz1", groupWidth: 3 }, together: { bios: [[0, 3]], uefi: [[2, 5]] } },
]; // biome-ignore format: a table

const hours = 3_600_000;
/** Layouts to take, by name and in this order: for one that is looked into. All are taken without it. */
const wanted = process.env.DABEI_LAYOUTS?.split(",");
const taken = wanted?.flatMap((name) => rows.filter((row) => row.name === name)) ?? rows;
/** What a run before has installed (all of them) is booted again, and kept. */
const isInstalled = process.env.DABEI_INSTALLED === "1";

/** Every layout: installed, booted whole, and booted with disks missing that it can do without. */
export function testMatrix(firmware: Firmware): void {
  const machine: LayoutMachine = {
    ...{ name: `matrix-${firmware}`, firmware, keepDisks: true },
    cases: isInstalled ? rows : taken,
    // Two of them make the emulator fail now and then, and an hour of boots would be begun again.
    cpus: 1,
  };
  const data = new Map<string, string>();
  const members = new Map<string, readonly number[]>();
  const bootWithout = (row: Row, without: Loss) =>
    bootCase(machine, row, { without }, async (vm) => {
      expect(await healthOf(vm, row), `without ${without}`).toBe("DEGRADED");
      expect(await readData(vm)).toBe(data.get(row.name));
      await putBack(vm, row, without);
      expect(await readData(vm)).toBe(data.get(row.name));
    });

  describe.runIf(isFull)(`${firmware}: every layout, with disks missing`, () => {
    let failures = new Map<string, unknown>();
    afterAll(async () => {
      if (isInstalled) return;
      const disks = taken.reduce((sum, row) => sum + row.disks, 0);
      for (let number = 1; number <= disks; number++) await rm(diskOf(machine.name, number), { force: true });
    });

    test.skipIf(isInstalled)("all are installed", { timeout: 3 * hours }, async () => {
      failures = await installAll(machine);
      expect(failures).toEqual(new Map());
    });

    test.each(taken)(
      "$name, whole, without its first disk, and without several",
      { timeout: 2 * hours },
      async (row) => {
        expect(failures.get(row.name)).toBeUndefined();
        await bootCase(machine, row, { keep: true }, async (vm) => {
          expect(await healthOf(vm, row)).toBe("ONLINE");
          expectPlanned(row, await spaceOf(vm, row));
          members.set(row.name, await membersOf(vm, row, disksOf(machine, row)));
          data.set(row.name, await writeData(vm));
        });
        if (!mayMiss(row)) return;
        await bootWithout(row, [0]);
        for (const places of row.together[firmware])
          await bootWithout(
            row,
            places.map((place) => members.get(row.name)?.[place] ?? place),
          );
      },
    );

    // The first disk is the one that the machine starts from. The firmware does not notice the others: each of them
    // is missing under one firmware.
    const rest = firmware === "bios" ? 0 : 1;
    test.each(taken.filter(mayMiss))(
      "$name, without each other disk",
      { timeout: 2 * hours },
      async (row) => {
        expect(data.has(row.name)).toBe(true);
        for (let index = 1; index < row.disks; index++)
          if (index % 2 === rest) await bootWithout(row, [index]);
      },
    );
  });
}

function mayMiss({ layout }: Row): boolean {
  return layout.vdev !== "single" && layout.vdev !== "stripe";
}

/** The size that the screens tell, against that of the real pool: within 3 %, as it was promised. */
function expectPlanned({ name, disks, layout, size = diskSize }: Row, space: number): void {
  const planned = usableOf(
    Array.from({ length: disks }, (_, index) => diskOfSize(size, index)),
    { ...defaultLayout, ...layout } as typeof defaultLayout,
  );
  const difference = space / planned - 1;
  console.log(`${name}: planned ${planned}, zfs list ${space}: ${(100 * difference).toFixed(3)} %`);
  expect(Math.abs(difference), name).toBeLessThan(0.03);
}
