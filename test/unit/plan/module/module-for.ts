import { layoutOf } from "../../../../tui/plan/layout.ts";
import { generatedModule } from "../../../../tui/plan/module/index.ts";
import { choicesFor, recorded } from "../example.ts";

/** The generated module for a recorded machine, all its disks chosen. */
export function moduleFor(name: string, changes: Parameters<typeof choicesFor>[1]): string {
  const machine = recorded(name);
  const choices = choicesFor(machine, changes);
  return generatedModule(machine, layoutOf(machine, choices).layout!, choices);
}
