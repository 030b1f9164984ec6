import * as fc from "fast-check";
import { expect, test } from "vitest";
import { choicesOf } from "../../../tui/answers/choices.ts";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answersText } from "../../../tui/answers/save.ts";
import { MiB } from "../../../tui/base/bytes.ts";
import { canChoose } from "../../../tui/machine/describe.ts";
import type { LayoutChoices } from "../../../tui/plan/choices.ts";
import { defaultChoices } from "../../../tui/plan/defaults.ts";
import { commandsOf, describe, titleOf } from "../../../tui/plan/describe.ts";
import { layoutOf, vdevOptions } from "../../../tui/plan/layout.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import { vdevKinds } from "../../../tui/plan/vdev.ts";
import { blankDisk, choicesFor, guidOf, layoutChoices, machineNames, recorded } from "./example.ts";
import { situation, size } from "./situation.ts";

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
        expect(disk.size - end).toBeGreaterThanOrEqual((disk.size * choices.layout.freePercent) / 100);
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
      const last = plan.steps.at(-1)!;
      expect(last.do).toBe("export-pool");
      // What the plan opens it closes, after the pool: swap, LUKS, the device of the key.
      const closed = commandsOf(last).map((command) => command.join(" "));
      const from = closed.indexOf(`zpool export ${choices.layout.pool}`);
      expect(from).toBeGreaterThan(0);
      for (const step of plan.steps) {
        const mapper = "mapper" in step ? step.mapper : null;
        if (mapper !== null) expect(closed.indexOf(`cryptsetup close ${mapper}`)).toBeGreaterThan(from);
        if (step.do === "open-key") expect(closed).toContain(`umount --recursive ${step.directory}`);
        if (step.do === "enable-swap" && step.mapper === null)
          expect(closed).toContain(`swapoff ${step.device}`);
      }
      // What was open is let go of before the first write.
      const kinds = plan.steps.map((step) => step.do);
      expect(kinds.lastIndexOf("release-device")).toBeLessThan(kinds.indexOf("wipe-disk"));
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

test("members of the pool are the chosen disks, each once, in groups of the same width", () => {
  fc.assert(
    fc.property(situation, ({ machine, choices }) => {
      const { layout } = layoutOf(machine, choices);
      if (!layout) return;
      const { vdevs } = layout.pool;
      const devices = vdevs.flatMap((vdev) => vdev.devices);
      expect(new Set(devices).size).toBe(choices.disks.length);
      expect(devices).toHaveLength(choices.disks.length);
      const spares = vdevs.filter(({ kind }) => kind === "spare").flatMap((vdev) => vdev.devices);
      expect(spares).toHaveLength(choices.layout.spares);
      const widths = vdevs.filter(({ kind }) => kind !== "spare").map((vdev) => vdev.devices.length);
      expect(new Set(widths).size).toBe(1);
      expect(layout.usable).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
}, 60_000);

test("answers repeat any choices on their machine", () => {
  fc.assert(
    fc.property(situation, ({ machine, choices }) => {
      const { identity: _, ...decided } = choices;
      const { answers, issues } = readAnswers(answersText(choices, machine), "answers.yaml");
      expect(issues.filter(({ where }) => !where.startsWith("answers.yaml"))).toEqual([]);
      if (!answers) {
        expect(isSayable(choices.layout)).toBe(false);
        return;
      }
      const again = choicesOf(answers, machine, defaultChoices(machine)).choices;
      expect(again.layout).toEqual(decided.layout);
      const free = machine.disks.filter((disk) => canChoose(disk) && decided.disks.includes(disk.path));
      expect(again.disks).toEqual(free.map(({ path }) => path));
    }),
    { numRuns: 200 },
  );
}, 60_000);

/** What a screen never leaves behind, a file cannot say either. */
function isSayable({ pool, datasets }: LayoutChoices): boolean {
  return pool !== "" && (datasets ?? []).every(({ name }) => name !== "");
}

test("the same machine and choices give the same plan", () => {
  const machine = recorded("nvme-server");
  const choices = choicesFor(machine, { disks: ["/dev/nvme0n1", "/dev/nvme1n1"] });
  expect(planOf(machine, choices)).toEqual(planOf(structuredClone(machine), structuredClone(choices)));
  expect(choices.identity.diskGuids).toEqual([guidOf(0), guidOf(1)]);
});
