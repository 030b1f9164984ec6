import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../base/errors.ts";
import type { Plan } from "../plan/step.ts";
import type { RunEvent } from "./events.ts";
import { followFile, readJournal } from "./journal.ts";
import { lockHolder, takeLock } from "./lock.ts";
import { type StateFiles, stateFiles } from "./state.ts";
import { idle, type Status, statusOf } from "./status.ts";

/** What must not be in a plan, an argument list or a log. */
export interface Secrets {
  readonly passphrase?: string;
  /** Others, by the names that steps give: they are files of the secrets directory. */
  readonly named?: Readonly<Record<string, string>>;
}

export interface ClientOptions {
  /** @default /run/dabei */
  readonly directory?: string;
  /** What runs the engine. @default this program with the argument "engine" */
  readonly engine?: readonly string[];
}

/**
 * Writes the plan and the secrets and starts the engine, in a session of its own: it outlives the caller.
 * Answers when it runs, with its pid. Throws UserError when an installation runs already or the engine does not come up.
 */
export async function startEngine(
  plan: Plan,
  secrets: Secrets,
  options: ClientOptions = {},
): Promise<number> {
  const files = stateFiles(options.directory);
  mkdirSync(files.directory, { recursive: true });
  const missing = secretsOf(plan).filter((name) => secrets.named?.[name] === undefined);
  if (missing.length > 0)
    throw new UserError(`The plan needs secrets that are not there: ${missing.join(", ")}.`, {
      hint: "Give them as {file: PATH} or {credential: NAME} in the answer file. Nothing was written.",
    });
  return starting(files, async () => {
    mkdirSync(files.secrets, { recursive: true, mode: 0o700 });
    chmodSync(files.secrets, 0o700);
    if (secrets.passphrase === undefined) rmSync(files.passphrase, { force: true });
    else writeAtomically(files.passphrase, secrets.passphrase);
    for (const [name, secret] of Object.entries(secrets.named ?? {}))
      writeAtomically(`${files.secrets}/${name}`, secret);
    for (const file of [files.journal, files.system]) rmSync(file, { force: true });
    writeAtomically(files.plan, `${JSON.stringify(plan, null, 1)}\n`);
    return spawnEngine(files, options);
  });
}

/** The names of the secrets that steps read from the secrets directory: without one, half of an installation would be lost. */
function secretsOf({ steps }: Plan): string[] {
  return steps.flatMap((step) => {
    if (step.do === "write-host-keys") return step.given;
    if (step.do !== "write-files") return [];
    return step.files.flatMap(({ content }) => ("secret" in content ? content.secret : []));
  });
}

/** Starts the engine again on the plan that is there: it goes on at the step that failed or was interrupted. */
export async function retryEngine(options: ClientOptions = {}): Promise<number> {
  const files = stateFiles(options.directory);
  if (readPlan(files) === null) throw new UserError("There is no installation to go on with.");
  if (readStatus(options).state === "finished") throw new UserError("The installation is finished already.");
  return starting(files, () => spawnEngine(files, options));
}

/** Asks the engine to stop; the journal tells when it has. Answers false when none runs. */
export function cancelEngine(options: ClientOptions = {}): boolean {
  const pid = lockHolder(stateFiles(options.directory).lock);
  return pid !== null && process.kill(pid, "SIGTERM");
}

/** Events from the beginning of the journal, then those to come, until the signal fires. */
export function followJournal(signal: AbortSignal, options: ClientOptions = {}): AsyncIterable<RunEvent> {
  const files = stateFiles(options.directory);
  mkdirSync(files.directory, { recursive: true });
  return followFile(files.journal, files.directory, signal);
}

/** How the installation stands: the journal, and whether an engine lives. */
export function readStatus(options: ClientOptions = {}): Status {
  const files = stateFiles(options.directory);
  const events = readJournal(files.journal);
  const pid = lockHolder(files.lock);
  const status = events.length === 0 ? { ...idle, ...planned(files) } : statusOf(events);
  // An engine that has just journalled its end lives a moment longer: then the journal is right.
  if (pid !== null) return status.pid === pid ? status : { ...status, state: "running", pid };
  if (status.state === "running") return { ...status, state: "interrupted", pid: null };
  return { ...status, pid: null };
}

/** The plan that the engine runs or ran, or null. */
export function readPlan(files: StateFiles): { plan: Plan; digest: string } | null {
  let text: string;
  try {
    text = readFileSync(files.plan, "utf8");
  } catch {
    return null;
  }
  return { plan: JSON.parse(text), digest: createHash("sha256").update(text).digest("hex") };
}

function planned(files: StateFiles) {
  const found = readPlan(files);
  return found ? { hostname: found.plan.hostname, summary: found.plan.summary, plan: found.digest } : {};
}

/** Two screens may say yes at the same time: one starts the engine, the other is told. */
async function starting<T>(files: StateFiles, start: () => Promise<T>): Promise<T> {
  const lock = takeLock(files.starting);
  if ("holder" in lock) throw new UserError("An installation is being started by another screen.");
  try {
    for (let tries = 0; ; tries++) {
      const running = lockHolder(files.lock);
      if (running === null) return await start();
      const { state } = readStatus({ directory: files.directory });
      if (state === "running" || tries === 50) throw alreadyRuns(running);
      await wait(100);
    }
  } finally {
    lock.release();
  }
}

export function alreadyRuns(pid: number): UserError {
  return new UserError(`An installation is already running (process ${pid}).`, {
    hint: "Every screen shows it. Stop it there with Ctrl-C before another is started.",
  });
}

async function spawnEngine(files: StateFiles, options: ClientOptions): Promise<number> {
  const [program, ...rest] = options.engine ?? [process.execPath, process.argv[1] ?? "", "engine"];
  const log = openSync(files.log, "a", 0o600);
  const child = spawn(program ?? "", rest, { detached: true, cwd: "/", stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });
  const up = new AbortController();
  const runs = (async () => {
    for await (const event of followFile(files.journal, files.directory, up.signal)) {
      if (event.event === "run-started" && event.pid === child.pid) return true;
    }
    return false;
  })();
  const first = await Promise.race([runs, ended]);
  up.abort();
  child.unref();
  if (child.pid !== undefined && (first === true || readJournal(files.journal).some(startedBy(child.pid)))) {
    return child.pid;
  }
  throw new UserError(`The engine could not be started: ${first}.`, {
    hint: `What it said is in ${files.log}.`,
  });
}

function startedBy(pid: number): (event: RunEvent) => boolean {
  return (event) => event.event === "run-started" && event.pid === pid;
}

function writeAtomically(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, file);
}
