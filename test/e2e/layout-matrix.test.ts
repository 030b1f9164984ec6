import { rm } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { diskOf } from "./harness.ts";
import { healthOf, putBack, readData, writeData } from "./installed.ts";
import { bootCase, installAll, type LayoutCase, type LayoutMachine } from "./layout-machine.ts";

/** Disks that may be missing together, counted from 0, beside each that may be missing alone. */
type Together = readonly (readonly number[])[];

interface Row extends LayoutCase {
  readonly together: Together;
}

const scsi = { kind: "scsi" } as const;

const rows: readonly Row[] = [
  { name: "single", disks: 1, kind: "nvme", layout: { vdev: "single" }, together: [] },
  { name: "mirror-2", disks: 2, layout: { vdev: "mirror" }, together: [] },
  { name: "mirror-3", disks: 3, kind: "sata", layout: { vdev: "mirror" }, together: [[0, 1], [1, 2]] },
  { name: "mirrors-4", disks: 4, ...scsi, layout: { vdev: "striped-mirrors" }, together: [[0, 2], [1, 3]] },
  { name: "raidz1-3", disks: 3, ...scsi, layout: { vdev: "raidz1" }, together: [] },
  { name: "raidz2-4", disks: 4, ...scsi, layout: { vdev: "raidz2" }, together: [[0, 1], [0, 3], [1, 2]] },
  { name: "raidz3-5", disks: 5, ...scsi, layout: { vdev: "raidz3" }, together: [[0, 1, 2], [0, 2, 4]] },
  { name: "stripe-2", disks: 2, ...scsi, layout: { vdev: "stripe" }, together: [] },
  { name: "two-raidz1", disks: 6, ...scsi, layout: { vdev: "raidz1", groupWidth: 3 }, together: [[0, 3], [2, 5]] },
]; // biome-ignore format: a table

const hours = 3_600_000;
/** Layouts to take, by name: for one that is looked into. All are taken without it. */
const wanted = process.env.DABEI_LAYOUTS?.split(",");
const taken = rows.filter(({ name }) => wanted?.includes(name) ?? true);

function lossesOf({ disks, layout, together }: Row): Together {
  const mayMiss = layout.vdev !== "single" && layout.vdev !== "stripe";
  return mayMiss ? [...Array.from({ length: disks }, (_, index) => [index]), ...together] : [];
}

describe.runIf(process.env.DABEI_FULL === "1")("every layout, with each tolerated disk missing", () => {
  describe.each(["bios", "uefi"] as const)("%s", (firmware) => {
    const machine: LayoutMachine = { name: `matrix-${firmware}`, firmware, cases: taken, keepDisks: true };
    let failures: Map<string, unknown>;
    afterAll(async () => {
      const disks = taken.reduce((sum, row) => sum + row.disks, 0);
      for (let number = 1; number <= disks; number++) await rm(diskOf(machine.name, number), { force: true });
    });

    test("all are installed", { timeout: 3 * hours }, async () => {
      failures = await installAll(machine);
      expect(failures).toEqual(new Map());
    });

    test.each(taken)("$name", { timeout: 2 * hours }, async (row) => {
      expect(failures.get(row.name)).toBeUndefined();
      const data = await bootCase(machine, row, { keep: true }, async (vm) => {
        expect(await healthOf(vm, row)).toBe("ONLINE");
        return writeData(vm);
      });
      for (const without of lossesOf(row)) {
        await bootCase(machine, row, { without }, async (vm) => {
          expect(await healthOf(vm, row), `without ${without}`).toBe("DEGRADED");
          expect(await readData(vm)).toBe(data);
          await putBack(vm, row, without);
          expect(await readData(vm)).toBe(data);
        });
      }
    });
  });
});
