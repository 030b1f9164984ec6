import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { readAnswers } from "../answers/load.ts";
import { IssuesError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { consoleLog, decided, handedOver, takeover } from "../run/places.ts";
import { stateFiles } from "../run/state.ts";
import { goOn, nextOf } from "./ending.ts";
import { loadSource, lookForSources, NothingThere } from "./load.ts";
import { type Outlet, openOutlet, resultOf, tellEnd } from "./outlet.ts";
import { waitForDrivers } from "./ready.ts";
import { askedFields } from "./secrets.ts";
import { nameOf, type Source, sourcesOf } from "./sources.ts";
import { type AnswerText, type Outcome, work } from "./work.ts";

/**
 * `dabei unattended`: looks for an answer file and installs by it. Run once at boot.
 * Without one it ends without a word. Answers the exit code.
 */
export async function unattendedCommand(write: (text: string) => void): Promise<number> {
  const { sources, issues } = await findSources();
  const [source, ...others] = sources;
  if (!source && issues.length === 0) return 0;
  mkdirSync(stateFiles().directory, { recursive: true });
  const outlet = openOutlet((text) => {
    write(text);
    appendFileSync(consoleLog, text);
  });
  const touched = new AbortController();
  const timer = setInterval(() => existsSync(takeover) && touched.abort(), 200);
  try {
    if (!source || issues.length > 0) throw new IssuesError(issues);
    const text = await read(source, others, outlet, touched.signal);
    const outcome = await installBy(text, outlet, touched.signal);
    clearInterval(timer);
    writeFileSync(decided, "");
    await outlet.close();
    const next = nextOf(outcome.result, outcome.answers, "reboot");
    await goOn(next, { exec, say: outlet.say, isFailure: outcome.exitCode !== 0 });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof NothingThere) return 0;
    if (touched.signal.aborted) return handOver(outlet, "a key was pressed").exitCode;
    return tellEnd(outlet, resultOf(error), error);
  } finally {
    clearInterval(timer);
    writeFileSync(decided, "");
    await outlet.close();
  }
}

/** Those that are there at once; disks only where nothing else is, as their drivers take a while. */
async function findSources() {
  const found = sourcesOf(await lookForSources(exec));
  if (found.sources.length > 0 || found.issues.length > 0) return found;
  await waitForDrivers({ say: () => {} });
  return sourcesOf(await lookForSources(exec));
}

async function read(
  source: Source,
  others: readonly Source[],
  outlet: Outlet,
  signal: AbortSignal,
): Promise<AnswerText> {
  outlet.say(`unattended installation: answers from ${nameOf(source)}`);
  for (const other of others) outlet.say(`not read, as one is enough: ${nameOf(other)}`);
  const input = await loadSource(source, { exec, say: outlet.say, signal });
  // What is pressed from now on leads to screens with these answers as their defaults.
  writeFileSync(stateFiles().answers, input.text, { mode: 0o600 });
  outlet.tell({ at: Date.now(), event: "answers-read", source: input.name, others: others.map(nameOf) });
  return input;
}

async function installBy(input: AnswerText, outlet: Outlet, signal: AbortSignal): Promise<Outcome> {
  const { answers } = readAnswers(input.text, input.name);
  const asked = answers ? [...(answers.interactive ?? []), ...askedFields(answers)] : [];
  if (asked.length > 0) return handOver(outlet, `to be asked for: ${asked.join(", ")}`);
  const countdown = countDown(outlet, signal);
  // It is waited for later: a key must not count as an error nobody looks at.
  countdown.catch(() => {});
  const mayBegin = async () => {
    await countdown;
    writeFileSync(decided, "");
    return true;
  };
  const outcome = await work(input, {
    outlet,
    signal,
    secrets: new Map(),
    abortedIs: "handed-over",
    mayBegin,
  });
  if (outcome.result === "handed-over") {
    outlet.say("a key was pressed: the guided installation");
    writeFileSync(handedOver, "");
  }
  return outcome;
}

/** The consoles show the screens from now on, which have the answers as their defaults. */
function handOver(outlet: Outlet, reason: string): Outcome {
  outlet.say(`${reason}: the guided installation`);
  writeFileSync(handedOver, "");
  return { result: "handed-over", exitCode: tellEnd(outlet, "handed-over"), answers: null };
}

/** Ten seconds in which a person at a console can step in. The machine is looked at meanwhile. */
async function countDown({ say }: Outlet, signal: AbortSignal): Promise<void> {
  for (const [left, pause] of [
    [10, 5],
    [5, 3],
    [2, 2],
  ] as const) {
    say(`nothing is written for ${left} s; any key at a console leads to the guided installation instead`);
    await wait(pause * 1000, undefined, { signal });
  }
}
