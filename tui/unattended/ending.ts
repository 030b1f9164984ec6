import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Answers } from "../answers/schema.ts";
import type { Exec } from "../base/exec.ts";
import { loadNextKernel } from "../run/next-kernel.ts";
import { consoleShell, takeover } from "../run/places.ts";
import { stateFiles } from "../run/state.ts";
import type { Result } from "./notice.ts";

export type Next = "reboot" | "kexec" | "poweroff" | "shell" | "stop";

/** What the answers say happens now. `onSuccess` is what counts where they say nothing of a success. */
export function nextOf(result: Result | null, answers: Answers | null, onSuccess: Next): Next {
  switch (result) {
    case "installed":
      return answers?.onSuccess ?? onSuccess;
    case "failed":
    case "refused":
      return answers?.onFailure ?? "stop";
    case "already-installed":
    case "stopped":
    case "handed-over":
    case null:
      return "stop";
    default:
      return result satisfies never;
  }
}

/** Seconds in which the evidence of a failure can be read before it is gone. */
const seconds = 30;

/** Does what comes next. A key at a console keeps the evidence of a failure. */
export async function goOn(
  next: Next,
  {
    exec,
    say,
    isFailure,
  }: { readonly exec: Exec; readonly say: (line: string) => void; readonly isFailure: boolean },
): Promise<void> {
  if (next === "stop") return;
  if (next === "shell") {
    writeFileSync(consoleShell, "");
    return say("a shell is on every console");
  }
  if (isFailure) {
    say(`${next} in ${seconds} s; any key at a console stops that`);
    for (let waited = 0; waited < seconds * 4; waited++) {
      if (existsSync(takeover)) return say("a key was pressed: this stays as it is");
      await wait(250);
    }
  }
  if (next === "kexec") await loadNext(exec, say);
  say(next === "poweroff" ? "powering off" : "rebooting");
  // The consoles look at the log once a second, and the last lines are those that are looked for afterwards.
  await wait(3000);
  await exec([next === "poweroff" ? "poweroff" : "reboot"]);
}

/** Where the installed kernel cannot be loaded the firmware starts it. */
async function loadNext(exec: Exec, say: (line: string) => void): Promise<void> {
  try {
    await loadNextKernel(exec, stateFiles());
    say("the installed kernel is loaded: it is started without the firmware");
  } catch (error) {
    say(`${(error as Error).message} The firmware starts the installed system.`);
  }
}
