import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { readAnswers } from "../answers/load.ts";
import { IssuesError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { stateFiles } from "../run/state.ts";
import { install } from "./installation.ts";
import { loadSource, lookForSources, NothingThere } from "./load.ts";
import type { Result } from "./notice.ts";
import { type Outlet, openOutlet, resultOf, tellEnd } from "./outlet.ts";
import { driversLoaded } from "./ready.ts";
import { nameOf, type Source, sourcesOf } from "./sources.ts";

/** What the consoles show while it is there; they show the screens otherwise. */
const consoleLog = "/run/dabei/unattended.log";
/** Made by a console at which a key was pressed. */
const takeover = "/run/dabei/takeover";
/** Made when it can no more be taken over: begun, or ended. */
const decided = "/run/dabei/unattended-decided";

/**
 * `dabei unattended`: looks for an answer file and installs by it. Run once at boot.
 * Without one it ends without a word. Answers the exit code.
 */
export async function unattendedCommand(write: (text: string) => void): Promise<number> {
  const { sources, issues } = await findSources();
  const [source] = sources;
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
    const result = await installFrom(source, sources.slice(1), outlet, touched.signal);
    return tellEnd(outlet, result);
  } catch (error) {
    if (error instanceof NothingThere) return 0;
    if (!touched.signal.aborted) return tellEnd(outlet, resultOf(error), error);
    outlet.say("a key was pressed: the guided installation");
    return tellEnd(outlet, "handed-over");
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
  await driversLoaded({ say: () => {} });
  return sourcesOf(await lookForSources(exec));
}

async function installFrom(
  source: Source,
  others: readonly Source[],
  outlet: Outlet,
  signal: AbortSignal,
): Promise<Result> {
  outlet.say(`unattended installation: answers from ${nameOf(source)}`);
  for (const other of others) outlet.say(`not read, as one is enough: ${nameOf(other)}`);
  const { text, name } = await loadSource(source, { exec, say: outlet.say, signal });
  const { answers, issues } = readAnswers(text, name);
  if (!answers) throw new IssuesError(issues);
  // What is pressed from now on leads to screens with these answers as their defaults.
  writeFileSync(stateFiles().answers, text, { mode: 0o600 });
  outlet.tell({ at: Date.now(), event: "answers-read", source: name, others: others.map(nameOf) });
  const countdown = countDown(outlet, signal);
  // It is waited for later: a key must not count as an error nobody looks at.
  countdown.catch(() => {});
  const mayBegin = async () => {
    await countdown;
    writeFileSync(decided, "");
    return true;
  };
  return (await install(answers, { outlet, signal, passphrase: null, mayBegin })) ?? "stopped";
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
