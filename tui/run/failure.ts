import { ToolError, UserError } from "../base/errors.ts";
import { plain } from "../flake/errors.ts";
import type { Failure } from "./events.ts";
import type { Recorder } from "./recorder.ts";

/** What the failure screen shows of an error in a step. */
export function failureOf(error: unknown, title: string, recorder: Recorder, log: string): Failure {
  const shown = { command: recorder.command(), output: recorder.output(), log };
  if (error instanceof UserError) {
    const sentence = error.hint ? `${error.message} ${error.hint}` : error.message;
    return { sentence: `${title} failed: ${sentence}`, ...shown };
  }
  if (error instanceof ToolError) {
    return { sentence: `${title} failed: ${reasonOf(error)}`, ...shown };
  }
  const words = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return { sentence: `${title} failed by a bug in nix-dabei: ${words}`, command: null, output: stack, log };
}

/** What the program itself gave as the reason: usually its last line. */
function reasonOf(error: ToolError): string {
  if (error.exitCode === undefined) return `${error.message}.`;
  const lines = plain(error.stderr || error.stdout).split("\n");
  const last = lines.findLast((line) => line.trim() !== "")?.trim();
  if (!last) return `${error.message}.`;
  // Most programs begin with their own name.
  return /^[\w./-]+: /.test(last) ? last : `${error.argv[0]}: ${last}`;
}
