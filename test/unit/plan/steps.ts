import { shellQuote } from "../../../tui/base/shell.ts";
import { commandsOf } from "../../../tui/plan/describe.ts";
import { planOf } from "../../../tui/plan/plan.ts";
import type { Step } from "../../../tui/plan/step.ts";
import { choicesFor, recorded } from "./example.ts";

export const two = recorded("qemu-two-disks");

export function stepsFor(changes: Parameters<typeof choicesFor>[1], machine = two): readonly Step[] {
  return planOf(machine, choicesFor(machine, changes)).plan?.steps ?? [];
}

export function commandsFor(kind: Step["do"], steps: readonly Step[]): string[] {
  return steps.filter((step) => step.do === kind).flatMap((step) => commandsOf(step).map(shellQuote));
}

/** Members by letters, in the order of the disks. */
export function shorten(command: string): string {
  return command.replace(
    /\/dev\/disk\/by-partuuid\/\S+-\d{9}(\d)04/g,
    (_, index) => "ABCDEF"[Number(index)] ?? "?",
  );
}
