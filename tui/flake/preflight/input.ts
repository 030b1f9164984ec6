import type { Issue } from "../../base/errors.ts";
import type { Machine } from "../../machine/machine.ts";
import { chosenDisks } from "../../plan/check.ts";
import type { Choices } from "../../plan/choices.ts";
import { layoutOf } from "../../plan/layout.ts";
import { planOf } from "../../plan/plan.ts";
import type { HostFacts } from "../facts.ts";
import type { PreflightInput } from "./target.ts";

/** What the preflight of these choices looks at; null, with the issues, where there is no plan for them. */
export function preflightInput(
  machine: Machine,
  choices: Choices,
  host: HostFacts,
): { input: PreflightInput | null; issues: Issue[] } {
  const { plan, issues } = planOf(machine, choices);
  const wrapper = plan?.steps.find((step) => step.do === "write-flake");
  if (!wrapper) return { input: null, issues };
  return { input: { choices, wrapper, host, machine, usable: usableSpace(machine, choices) }, issues };
}

/** Of the pool; of all disks where disko makes what nobody knows before. */
function usableSpace(machine: Machine, choices: Choices): number | null {
  if (choices.flake.evaluated?.way.kind === "disko")
    return chosenDisks(machine, choices).reduce((sum, { size }) => sum + size, 0);
  return layoutOf(machine, choices).layout?.usable ?? null;
}
