import { exitCodeOf, IssuesError, ToolError, UserError } from "../base/errors.ts";
import { exitCodes, type Result, type Told } from "./notice.ts";
import { openPort } from "./port.ts";
import type { Reporter } from "./report.ts";

/** Where an unattended installation tells what happens: lines for people, events for programs. */
export interface Outlet {
  readonly say: (line: string) => void;
  readonly tell: (event: Told) => void;
  readonly close: () => Promise<void>;
}

/** Lines begin with the time of day, UTC; events go to the virtio-serial port. */
export function openOutlet(write: (text: string) => void): Outlet {
  const port = openPort();
  return {
    say: (text) => {
      const time = new Date().toISOString().slice(11, 19);
      for (const line of text.split("\n")) write(`nix-dabei ${time} ${line}\n`);
    },
    tell: (event) => port?.send(event),
    close: async () => port?.close(),
  };
}

/** The same outlet, which tells a webhook too. */
export function withReporter(outlet: Outlet, reporter: Reporter): Outlet {
  return {
    ...outlet,
    tell: (event) => {
      outlet.tell(event);
      reporter.tell(event);
    },
  };
}

/** Tells the end, on all ways. Answers the exit code. */
export function tellEnd(outlet: Outlet, result: Result, error: unknown = null): number {
  const issues = error instanceof IssuesError ? error.issues : [];
  const lines = error === null ? [] : linesOf(error);
  for (const line of lines) outlet.say(line);
  const exitCode = error === null ? exitCodes[result] : exitCodeOf(error);
  const sentence = lines.join("\n") || null;
  outlet.tell({ at: Date.now(), event: "ended", result, exitCode, sentence, issues });
  return exitCode;
}

/** What an error before the first step is, by its kind. */
export function resultOf(error: unknown): Result {
  if (error instanceof IssuesError) return "refused";
  return error instanceof Error && error.name === "AbortError" ? "stopped" : "failed";
}

function linesOf(error: unknown): string[] {
  if (error instanceof IssuesError) {
    return error.issues.map(({ where, message, severity }) =>
      severity === "error" ? `${where}: ${message}` : `warning: ${where}: ${message}`,
    );
  }
  if (error instanceof UserError) return [error.message, ...(error.hint ? [error.hint] : [])];
  if (error instanceof ToolError)
    return [error.message, `  $ ${error.argv.join(" ")}`, ...error.stderr.trim().split("\n").slice(-10)];
  if (error instanceof Error && error.name === "AbortError") return ["stopped"];
  return [
    "This is a bug in nix-dabei.",
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  ];
}
