import type { Issue } from "../../base/errors.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Choices } from "../../plan/choices.ts";
import { expectedOf } from "../../plan/expected.ts";
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
  return {
    input: { expected: expectedOf(machine, choices, host), wrapper, evaluation: host.evaluation ?? null },
    issues,
  };
}
