import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { type Exec, exec as realExec } from "../base/exec.ts";
import { nameOf } from "../plan/describe.ts";
import type { Plan } from "../plan/step.ts";
import { alreadyRuns, readPlan } from "./client.ts";
import type { Progress, RunEvent, RunResult } from "./events.ts";
import { failureOf } from "./failure.ts";
import { openJournal, readJournal } from "./journal.ts";
import { takeLock } from "./lock.ts";
import { type Past, pastOf } from "./past.ts";
import { perform } from "./perform.ts";
import { recorderOf } from "./recorder.ts";
import { alreadyDone, type StepContext } from "./resume.ts";
import { type StateFiles, stateFiles } from "./state.ts";

export interface EngineOptions {
  /** @default /run/dabei */
  readonly directory?: string;
  /** @default the real one */
  readonly exec?: Exec;
  /** @default SIGTERM or SIGINT to this process */
  readonly signal?: AbortSignal;
}

/**
 * Runs the plan that lies in the state directory, journals what happens, and answers the process's exit code:
 * 0 when it is installed, 1 when a step failed, 130 when it was stopped. One engine runs at a time.
 * Started again on the same plan it goes on where the journal ends.
 */
export async function runEngine(options: EngineOptions = {}): Promise<number> {
  const files = stateFiles(options.directory);
  const lock = takeLock(files.lock);
  if ("holder" in lock) throw alreadyRuns(lock.holder);
  try {
    const found = readPlan(files);
    if (found === null) throw new UserError(`There is no plan in ${files.plan}.`);
    const past = pastOf(readJournal(files.journal), found.digest);
    const emit = openJournal(files.journal);
    emit({
      at: Date.now(),
      event: "run-started",
      hostname: found.plan.hostname,
      summary: found.plan.summary,
      steps: found.plan.steps.map(nameOf),
      pid: process.pid,
      plan: found.digest,
    });
    const signal = options.signal ?? signalOfProcess();
    const exec = sparingEngine(options.exec ?? realExec);
    return await runSteps({ exec, files, plan: found.plan, past, emit, signal });
  } finally {
    lock.release();
  }
}

interface Run {
  readonly exec: Exec;
  readonly files: StateFiles;
  readonly plan: Plan;
  readonly past: Past;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

async function runSteps(run: Run): Promise<number> {
  const { exec, files, plan, past, emit, signal } = run;
  const began = Date.now();
  let result: RunResult = { pool: "", poolState: "", generation: "", hostKeys: [] };
  for (const [index, step] of plan.steps.entries()) {
    const started = Date.now();
    const recorder = recorderOf({ index, exec, log: files.log, signal, emit });
    const context: StepContext = {
      files,
      plan,
      signal,
      recorder,
      probe: (argv, options) => exec(argv, { signal, ...options }),
      report: reporterOf((progress) => emit({ at: Date.now(), event: "progress", index, ...progress })),
    };
    try {
      signal.throwIfAborted();
      const reason = await alreadyDone(step, past.of(index), context);
      if (reason !== null) {
        emit({ at: Date.now(), event: "step-skipped", index, reason });
        continue;
      }
      appendFileSync(files.log, `\n${new Date().toISOString()} ${nameOf(step)}\n`);
      emit({ at: started, event: "step-started", index });
      result = (await perform(step, past.of(index), context)) ?? result;
      emit({ at: Date.now(), event: "step-finished", index, milliseconds: Date.now() - started });
    } catch (error) {
      const milliseconds = Date.now() - started;
      if (!signal.aborted) {
        const failure = failureOf(error, nameOf(step), recorder, files.log);
        appendFileSync(files.log, `${failure.sentence}\n`);
        emit({ at: Date.now(), event: "step-failed", index, milliseconds, failure });
      }
      emit({
        at: Date.now(),
        event: "run-failed",
        index,
        milliseconds: Date.now() - began,
        cancelled: signal.aborted,
      });
      return signal.aborted ? 130 : 1;
    }
  }
  // A retry needs it, an end does not.
  rmSync(files.secrets, { recursive: true, force: true });
  emit({ at: Date.now(), event: "run-finished", milliseconds: Date.now() - began, result });
  return 0;
}

/** Passes on what is new, at most twice a second; and what is not every five seconds, so that a rate can fall to zero. */
function reporterOf(emit: (progress: Progress) => void): (progress: Progress) => void {
  let last = "";
  let at = 0;
  return (progress) => {
    const text = JSON.stringify(progress);
    if (Date.now() - at < (text === last ? 5000 : 450)) return;
    [last, at] = [text, Date.now()];
    emit(progress);
  };
}

/** Fires on SIGTERM and SIGINT. SIGHUP means nothing here: there is no terminal to lose. */
function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => controller.abort(new DOMException(`stopped by ${name}`, "AbortError")));
  }
  process.on("SIGHUP", () => {});
  return controller.signal;
}

/**
 * When memory runs out, the kernel shall end nix, not the process that can tell what happened.
 * Children inherit the score at the moment they begin, which exec does before its first await.
 */
function sparingEngine(exec: Exec): Exec {
  setOutOfMemoryScore(-800);
  return (argv, options) => {
    setOutOfMemoryScore(300);
    const result = exec(argv, options);
    setOutOfMemoryScore(-800);
    return result;
  };
}

function setOutOfMemoryScore(score: number): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", `${score}`);
  } catch {
    // Only root may lower it.
  }
}
