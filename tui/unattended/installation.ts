import { mkdirSync } from "node:fs";
import { saveAnswers } from "../answers/save.ts";
import type { Answers } from "../answers/schema.ts";
import { exec } from "../base/exec.ts";
import { drawFor } from "../machine/draw.ts";
import type { Plan } from "../plan/step.ts";
import { startEngine } from "../run/client.ts";
import { stateFiles } from "../run/state.ts";
import { followInstallation } from "./follow.ts";
import type { Result } from "./notice.ts";
import type { Outlet } from "./outlet.ts";
import { prepare } from "./prepare.ts";
import { networkUp, readGiven, readyMachine } from "./ready.ts";
import { readSecret } from "./secrets.ts";
import { writeTokens } from "./tokens.ts";

export interface InstallationOptions {
  readonly outlet: Outlet;
  /** Stops it before the first write; afterwards the engine is asked. */
  readonly signal?: AbortSignal;
  /** Goes before what the answers name. */
  readonly passphrase: string | null;
  /** Told the plan before anything is written; false ends it there. */
  readonly mayBegin: (plan: Plan) => Promise<boolean>;
}

/**
 * From answers to an installed machine. Throws what is wrong before the first write: IssuesError, UserError, AbortError.
 * Answers null when it may not begin.
 */
export async function install(answers: Answers, options: InstallationOptions): Promise<Result | null> {
  const { outlet, signal } = options;
  await writeTokens(answers);
  const named = answers.layout?.passphrase;
  const passphrase = options.passphrase ?? (named ? await readSecret(named, "layout.passphrase") : null);
  const context = { exec, say: outlet.say, signal };
  const [machine] = await Promise.all([readyMachine(context), networkUp(context)]);
  const circumstances = {
    machine,
    drawn: drawFor(machine),
    given: await readGiven(),
    hasPassphrase: passphrase !== null,
  };
  const surroundings = { exec, say: outlet.say, ...(signal ? { signal } : {}) };
  const { choices, plan } = await prepare(answers, circumstances, surroundings);
  const { hostname, summary } = plan;
  outlet.tell({ at: Date.now(), event: "planned", hostname, summary, disks: choices.disks });
  if (!(await options.mayBegin(plan))) return null;
  signal?.throwIfAborted();
  const files = stateFiles();
  mkdirSync(files.directory, { recursive: true });
  await saveAnswers(files.answers, choices, machine, answers);
  await startEngine(plan, passphrase === null ? {} : { passphrase });
  return followInstallation(outlet);
}
