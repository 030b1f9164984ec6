import * as fc from "fast-check";
import { expect, test } from "vitest";
import { GiB, KiB, MiB, TiB } from "../../../tui/base/bytes.ts";
import type { Machine } from "../../../tui/machine/machine.ts";
import type { Choices } from "../../../tui/plan/choices.ts";
import { commandsOf, describe, titleOf } from "../../../tui/plan/describe.ts";
import { layoutOf, vdevOptions } from "../../../tui/plan/layout.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import { vdevKinds } from "../../../tui/plan/vdev.ts";
import { blankDisk, choicesFor, guidOf, layoutChoices, machineNames, recorded } from "./example.ts";

const size = fc.oneof(
  fc.integer({ min: 1 * GiB, max: 64 * GiB }),
  fc.integer({ min: 64 * GiB, max: 32 * TiB }),
);

/** A machine of up to eight disks, some in use, and choices on it that a person could make. */
const situation = fc
  .record({
    disks: fc.array(
      fc.record({
        size: size.map((bytes) => Math.floor(bytes / (4 * KiB)) * 4 * KiB),
        sector: fc.constantFrom(512, 4096),
        inUse: fc.constantFrom(null, null, null, "mounted at /data"),
        chosen: fc.boolean(),
      }),
      { maxLength: 8 },
    ),
    firmware: fc.constantFrom("uefi" as const, "bios" as const),
    layout: fc.record({
      vdev: fc.constantFrom(...vdevKinds),
      pool: fc.constantFrom("rpool", "tank", "mirror", "1st", ""),
      encryption: fc.constantFrom("none" as const, "native" as const),
      swap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 64 * GiB })),
      espSize: fc.oneof(fc.constant(GiB), fc.integer({ min: 0, max: 8 * GiB })),
      preset: fc.constantFrom("simple" as const, "server" as const, "impermanence" as const),
      compression: fc.constantFrom("zstd" as const, "lz4" as const, "off" as const),
    }),
  })
  .map(({ disks, firmware, layout }): { machine: Machine; choices: Choices } => {
    const made = disks.map((disk, index) =>
      blankDisk(`vd${String.fromCharCode(97 + index)}`, disk.size, {
        inUse: disk.inUse,
        logicalSector: disk.sector,
        physicalSector: 4096,
      }),
    );
    const machine = { ...recorded("no-disks"), disks: made, firmware };
    const chosen = made.filter((_, index) => disks[index]?.chosen).map(({ path }) => path);
    return { machine, choices: choicesFor(machine, { disks: chosen, layout }) };
  });

test("partitions never overlap, are aligned, and end inside the disk", () => {
  fc.assert(
    fc.property(situation, ({ machine, choices }) => {
      for (const { disk, partitions } of layoutOf(machine, choices).layout?.disks ?? []) {
        let end = MiB;
        for (const { start, size } of partitions) {
          expect(start % MiB).toBe(0);
          expect(size % MiB).toBe(0);
          expect(size).toBeGreaterThan(0);
          expect(start).toBeGreaterThanOrEqual(end);
          end = start + size;
        }
        expect(end).toBeLessThanOrEqual(disk.size - MiB - 512 * MiB);
        expect(disk.size - end).toBeGreaterThanOrEqual(disk.size / 100);
      }
    }),
    { numRuns: 500 },
  );
}, 60_000);

test("a plan names the chosen disks only, ends with the pool exported, and every step can be told", () => {
  fc.assert(
    fc.property(situation, ({ machine, choices }) => {
      const { plan } = planOf(machine, choices);
      if (!plan) return;
      const text = JSON.stringify(plan.steps);
      for (const { path } of machine.disks)
        expect(new RegExp(`${path}(?![a-z0-9-])`).test(text)).toBe(choices.disks.includes(path));
      expect(plan.steps.at(-1)?.do).toBe("export-pool");
      for (const step of plan.steps) {
        expect(titleOf(step)).not.toBe("");
        expect(describe(step)).not.toBe("");
        expect(commandsOf(step).flat()).not.toContain("");
      }
    }),
    { numRuns: 500 },
  );
}, 60_000);

test("every choice gives a plan or errors, never both, never neither, never a throw", () => {
  fc.assert(
    fc.property(situation, ({ machine, choices }) => {
      const { plan, issues } = planOf(machine, choices);
      expect(plan === null).toBe(issues.some(({ severity }) => severity === "error"));
      for (const { message } of issues) expect(message).toMatch(/^[A-Z].*\.$/);
      vdevOptions(machine.disks, choices.layout);
    }),
    { numRuns: 500 },
  );
}, 60_000);

test.each(machineNames)("machine %s: every kind of vdev gives a plan or errors", (name) => {
  const machine = recorded(name);
  for (const vdev of vdevKinds) {
    const { plan, issues } = planOf(machine, choicesFor(machine, { layout: { vdev } }));
    expect(plan === null).toBe(issues.some(({ severity }) => severity === "error"));
  }
});

test("usable space never grows with redundancy, and is never more than the disks have", () => {
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 8 }), (sizes) => {
      const disks = sizes.map((bytes, index) => blankDisk(`sd${index}`, bytes));
      const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
      const options = vdevOptions(disks, layoutChoices).filter(({ groupWidth }) => groupWidth === null);
      const usable = new Map(options.map((option) => [option.kind, option.usable]));
      for (const bytes of usable.values()) expect(bytes ?? 0).toBeLessThanOrEqual(total);
      const raidz = ["raidz1", "raidz2", "raidz3"] as const;
      const known = raidz.flatMap((kind) => usable.get(kind) ?? []);
      expect(known).toEqual([...known].sort((a, b) => b - a));
    }),
  );
});

test("the same machine and choices give the same plan", () => {
  const machine = recorded("nvme-server");
  const choices = choicesFor(machine, { disks: ["/dev/nvme0n1", "/dev/nvme1n1"] });
  expect(planOf(machine, choices)).toEqual(planOf(structuredClone(machine), structuredClone(choices)));
  expect(choices.identity.diskGuids).toEqual([guidOf(0), guidOf(1)]);
});
