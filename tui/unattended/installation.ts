import { mkdirSync } from "node:fs";
import { choicesOf } from "../answers/choices.ts";
import { fillAnswers } from "../answers/fill.ts";
import { saveAnswers } from "../answers/save.ts";
import type { Answers } from "../answers/schema.ts";
import { exec } from "../base/exec.ts";
import { drawFor } from "../machine/draw.ts";
import type { Machine } from "../machine/machine.ts";
import { defaultChoices } from "../plan/defaults.ts";
import { installedOn } from "../plan/installed.ts";
import type { Plan } from "../plan/step.ts";
import { startEngine } from "../run/client.ts";
import { readGiven } from "../run/given.ts";
import { stateFiles } from "../run/state.ts";
import { followInstallation } from "./follow.ts";
import type { Result } from "./notice.ts";
import type { Outlet } from "./outlet.ts";
import { prepare } from "./prepare.ts";
import { networkUp, readyMachine, withLateDisks } from "./ready.ts";
import { forEngine, lineOf, type SecretValues } from "./secrets.ts";

export interface InstallationOptions {
  readonly outlet: Outlet;
  /** Stops it before the first write; afterwards the engine is asked. */
  readonly signal: AbortSignal;
  readonly secrets: SecretValues;
  /** Told the machine as soon as it is known. */
  readonly know: (machine: Machine) => void;
  /** Told the plan before anything is written; false ends it there. */
  readonly mayBegin: (plan: Plan) => Promise<boolean>;
}

/**
 * From answers to an installed machine. Throws what is wrong before the first write: IssuesError, UserError, AbortError.
 * Answers null when it may not begin.
 */
export async function install(answers: Answers, options: InstallationOptions): Promise<Result | null> {
  const { outlet, signal, secrets } = options;
  const context = { exec, say: outlet.say, signal };
  const [first] = await Promise.all([readyMachine(context), networkUp(context)]);
  const isShort = (one: Machine) =>
    choicesOf(fillAnswers(answers, one).answers, one, defaultChoices(one)).isShort;
  const machine = await withLateDisks(first, isShort, context);
  options.know(machine);
  const there = answers.alreadyInstalled === "reinstall" ? null : installedHere(answers, machine);
  if (there) {
    outlet.say(`${there}: nothing is written (alreadyInstalled: halt)`);
    return "already-installed";
  }
  const circumstances = {
    machine,
    drawn: drawFor(machine),
    given: await readGiven(),
    hasPassphrase: lineOf(secrets, "layout.passphrase") !== null,
  };
  const { choices, plan } = await prepare(answers, circumstances, { exec, say: outlet.say, signal });
  const { hostname, summary } = plan;
  outlet.tell({ at: Date.now(), event: "planned", hostname, summary, disks: choices.disks });
  if (!(await options.mayBegin(plan))) return null;
  signal.throwIfAborted();
  const files = stateFiles();
  mkdirSync(files.directory, { recursive: true });
  await saveAnswers(files.answers, choices, machine, answers);
  await startEngine(plan, forEngine(secrets));
  return followInstallation(outlet);
}

/** Looked at before all else that could be wrong with the answers: a machine that is done needs no wiping allowed. */
function installedHere(answers: Answers, machine: Machine): string | null {
  const { disks } = choicesOf(answers, machine, defaultChoices(machine)).choices;
  const chosen = machine.disks.filter(({ path }) => disks.includes(path));
  return chosen.length > 0 ? (installedOn(chosen)?.words ?? null) : null;
}
