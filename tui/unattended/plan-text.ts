import { shellQuote } from "../base/shell.ts";
import { commandsOf, nameOf } from "../plan/describe.ts";
import type { Plan } from "../plan/step.ts";

/** A plan as the review shows it: each step, and the commands that it runs. */
export function planText(plan: Plan): string {
  const steps = plan.steps.flatMap((step, index) => [
    `# ${index + 1}. ${nameOf(step)}`,
    ...commandsOf(step).map(shellQuote),
  ]);
  return `${[`# ${plan.summary}`, ...steps].join("\n")}\n`;
}
