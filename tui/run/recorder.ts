import { appendFileSync } from "node:fs";
import { ToolError } from "../base/errors.ts";
import { type Exec, shellQuote } from "../base/exec.ts";
import type { RunEvent } from "./events.ts";

/** Every program of a step passes here: its command and its output go to the log whole, to the journal in measure. */
export interface Recorder {
  readonly exec: Exec;
  /** Says that a command begins, for who runs it by himself. */
  readonly announce: (argv: readonly string[]) => void;
  /** Writes a line that no program wrote. */
  readonly note: (line: string) => void;
  /** The last command as a person would type it; null when none ran. */
  readonly command: () => string | null;
  /** The end of the last command's output. */
  readonly output: () => string;
}

/** Lines a second that go to the journal: a compiler's output must not grow the state in RAM without bound. */
const linesPerSecond = 20;
const tailLength = 30;

export function recorderOf(options: {
  readonly index: number;
  readonly exec: Exec;
  readonly log: string;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
}): Recorder {
  const { index, exec, signal, emit } = options;
  let command: string | null = null;
  let tail: string[] = [];
  let second = 0;
  let lines = 0;

  const record = (line: string) => {
    appendFileSync(options.log, `${line}\n`);
    tail = [...tail.slice(1 - tailLength), line];
    const at = Date.now();
    if (at - second >= 1000) [second, lines] = [at, 0];
    if (++lines <= linesPerSecond) emit({ at, event: "output", index, line: line.slice(0, 500) });
  };

  const announce = (argv: readonly string[]) => {
    command = shellQuote(argv);
    tail = [];
    appendFileSync(options.log, `${new Date().toISOString()} $ ${command}\n`);
    emit({ at: Date.now(), event: "command", index, command });
  };

  const recorded: Exec = async (argv, execOptions = {}) => {
    announce(argv);
    try {
      return await exec(argv, { signal, ...execOptions, onLine: record });
    } catch (error) {
      if (error instanceof ToolError) record(error.message);
      throw error;
    }
  };

  return { exec: recorded, announce, note: record, command: () => command, output: () => tail.join("\n") };
}
