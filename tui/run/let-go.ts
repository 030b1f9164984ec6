import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { ToolError, UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import { commandsOf } from "../plan/describe.ts";
import { mapperPath } from "../plan/layout.ts";
import type { StepOf } from "../plan/step.ts";
import { entriesOf, isSwapOn, linkOf, mountsBelow, poolHealth } from "./live.ts";
import type { StepContext } from "./resume.ts";

type ExportStep = StepOf<"export-pool">;

/** Unmounts the target and exports its pool, as far as that is not done yet. Throws UserError where something holds on to it. */
export async function letGo(
  step: ExportStep,
  exec: Exec,
  { probe, recorder, signal }: Pick<StepContext, "probe" | "recorder" | "signal">,
): Promise<void> {
  for (const command of commandsOf(step)) {
    for (let attempt = 1; await isNeeded(command, step, probe); attempt++) {
      try {
        await exec(command);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        const users = usersOf(step.root);
        if (attempt === 5) throw busy(step, users) ?? error;
        if (users.length > 0) recorder.note(`in use by ${users.join(", ")}`);
        await wait(1000, undefined, { signal });
      }
    }
  }
  if (step.pool && (await poolHealth(probe, step.pool)) !== null) {
    throw new UserError(`The pool ${step.pool} is still imported.`, {
      hint: "Look at the log, then try again.",
    });
  }
}

async function isNeeded(command: readonly string[], step: ExportStep, probe: Exec): Promise<boolean> {
  switch (command[0]) {
    case "swapoff":
      return isSwapOn(command.at(-1) ?? "");
    case "umount":
      return mountsBelow(command.at(-1) ?? "").length > 0;
    case "cryptsetup":
      return existsSync(mapperPath(command.at(-1) ?? ""));
    default:
      return (await poolHealth(probe, step.pool)) !== null;
  }
}

function busy({ root, pool }: ExportStep, users: readonly string[]): UserError | null {
  if (users.length === 0) return null;
  return new UserError(`The pool ${pool} is in use by ${users.join(", ")}.`, {
    hint: `Leave ${root} there, or end it, then try again.`,
  });
}

/** Processes with a file or their working directory below a directory: "sh (process 812)". */
function usersOf(root: string): string[] {
  const below = (path: string) => path === root || path.startsWith(`${root}/`);
  return entriesOf("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const links = ["cwd", "root", "exe", ...entriesOf(`/proc/${pid}/fd`).map((name) => `fd/${name}`)];
      return links.some((link) => below(linkOf(`/proc/${pid}/${link}`)));
    })
    .map((pid) => `${nameOf(pid)} (process ${pid})`);
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "a program";
  }
}
