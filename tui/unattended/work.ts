import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fillAnswers } from "../answers/fill.ts";
import { readAnswers } from "../answers/load.ts";
import { located } from "../answers/located.ts";
import { networkOf } from "../answers/network.ts";
import type { Answers } from "../answers/schema.ts";
import { IssuesError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { placeholderValues } from "../machine/placeholders.ts";
import { probeIdentity } from "../machine/probe.ts";
import type { NetworkChoices } from "../plan/network-choices.ts";
import { stateFiles } from "../run/state.ts";
import { giveAccess } from "./access.ts";
import { runHooks } from "./hooks.ts";
import { type InstallationOptions, install } from "./installation.ts";
import type { Result } from "./notice.ts";
import { type Outlet, resultOf, tellEnd, withReporter } from "./outlet.ts";
import { openReporter, type Reporter } from "./report.ts";
import { lineOf, readSecrets, type SecretValues } from "./secrets.ts";

/** Answers as text, with the name that mistakes in it are told by. */
export interface AnswerText {
  readonly text: string;
  readonly name: string;
}

export interface WorkOptions extends Pick<InstallationOptions, "mayBegin"> {
  readonly outlet: Outlet;
  readonly signal: AbortSignal;
  /** Secrets that need not be looked for, by their fields. */
  readonly secrets: SecretValues;
  /** What an abort by the signal means. */
  readonly abortedIs: "stopped" | "handed-over";
}

export interface Outcome {
  /** Null when it ended before the first write because `mayBegin` said so. */
  readonly result: Result | null;
  readonly exitCode: number;
  /** As far as they could be read: they tell what happens next. */
  readonly answers: Answers | null;
}

/** Everything that an answer file asks for, to its end, told on all ways. Never throws for what is wrong with it. */
export async function work(input: AnswerText, options: WorkOptions): Promise<Outcome> {
  const { signal } = options;
  let { outlet } = options;
  let reporter: Reporter | null = null;
  let answers: Answers | null = null;
  let environment: Record<string, string> = {};
  let result: Result | null;
  let problem: unknown = null;
  let placeOf = (field: string) => field;
  try {
    const machine = await probeIdentity();
    environment = environmentOf(input.name, placeholderValues(machine));
    ({ answers, placeOf } = readFilled(input, machine));
    refuseQuestions(answers);
    const before = answers.hooks?.before ?? [];
    const hooks = { exec, say: outlet.say, log: stateFiles().log, environment, signal };
    await runHooks("before", before, hooks);
    if (before.length > 0) ({ answers, placeOf } = readFilled(await readAgain(input), machine));
    if (answers.network) await applyNetwork(networkOf(answers.network), outlet.say);
    const secrets = await readSecrets(answers, options.secrets);
    await giveAccess(answers.flake, secrets, exec);
    if (answers.report) {
      const { url, fingerprint } = answers.report;
      const target = { url, fingerprint: digestOf(fingerprint), token: lineOf(secrets, "report.token") };
      reporter = openReporter(target, machine, outlet.say);
      outlet = withReporter(outlet, reporter);
    }
    const { mayBegin } = options;
    result = await install(answers, {
      outlet,
      signal,
      secrets,
      mayBegin,
      know: (known) => reporter?.know(known),
    });
  } catch (error) {
    problem = error instanceof IssuesError ? new IssuesError(located(error.issues, placeOf)) : error;
    result = signal.aborted ? options.abortedIs : resultOf(error);
    if (signal.aborted && result === "handed-over") problem = null;
  }
  if (result === "failed" || result === "refused") {
    const hooks = { exec, say: outlet.say, log: stateFiles().log, environment };
    await runHooks("onFailure", answers?.hooks?.onFailure ?? [], hooks).catch((error: Error) =>
      outlet.say(error.message),
    );
  }
  const exitCode = result === null ? 0 : tellEnd(outlet, result, problem);
  await reporter?.close();
  return { result, exitCode, answers };
}

function readFilled(
  { text, name }: AnswerText,
  machine: Parameters<typeof fillAnswers>[1],
): { answers: Answers; placeOf: (field: string) => string } {
  const { answers, issues, placeOf } = readAnswers(text, name);
  if (!answers) throw new IssuesError(issues);
  const filled = fillAnswers(answers, machine);
  if (filled.issues.length > 0) throw new IssuesError(located(filled.issues, placeOf));
  return { answers: filled.answers, placeOf };
}

function refuseQuestions({ interactive = [] }: Answers): void {
  if (interactive.length === 0) return;
  const message = `To be asked for: ${interactive.join(", ")}, and nobody can be asked here. Use the screens, or leave it out.`;
  throw new IssuesError([{ where: "interactive", message, severity: "error" }]);
}

/** From here on the live system has the network that the installed one is to have. */
async function applyNetwork(choices: NetworkChoices, say: (line: string) => void): Promise<void> {
  const file = `${stateFiles().directory}/network.json`;
  mkdirSync(stateFiles().directory, { recursive: true });
  writeFileSync(file, JSON.stringify(choices));
  say("setting up the network of the answers");
  // What a card lacks is told; a flake that needs none of it can still be installed.
  const { stdout } = await exec(["/usr/lib/dabei/network", "apply", file], { accept: [0, 1] });
  for (const line of stdout.split("\n").filter(Boolean)) say(`network: ${line}`);
}

/** A hook may have changed the answers: it has their path in DABEI_ANSWERS. */
async function readAgain({ text, name }: AnswerText): Promise<AnswerText> {
  return { text: await readFile(stateFiles().answers, "utf8").catch(() => text), name };
}

/** What hooks find in their environment. No secret is in it. */
function environmentOf(source: string, values: Readonly<Record<string, string>>): Record<string, string> {
  const { answers, log, journal } = stateFiles();
  const ofMachine = Object.entries(values).map(([name, value]) => [`DABEI_${name.toUpperCase()}`, value]);
  return {
    ...Object.fromEntries(ofMachine),
    ...{
      DABEI_ANSWERS: answers,
      DABEI_SOURCE: source,
      DABEI_LOG: log,
      DABEI_JOURNAL: journal,
      DABEI_ROOT: "/mnt",
    },
  };
}

function digestOf(fingerprint: string | undefined): string | null {
  return fingerprint?.replaceAll(":", "").toLowerCase() ?? null;
}
