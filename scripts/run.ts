import { exitCodeOf, IssuesError, ToolError, UserError } from "../tui/base/errors.ts";
import { shellQuote } from "../tui/base/exec.ts";

/** Runs a script's work. Errors are shown by kind: what the user can mend without a stack, bugs with one. */
export async function runScript(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    console.error(describeError(error));
  }
}

function describeError(error: unknown): string {
  if (error instanceof UserError) return [error.message, error.hint].filter(Boolean).join("\n");
  if (error instanceof IssuesError) return `${error.message}\nSee --help.`;
  if (error instanceof ToolError) {
    const end = `${error.stdout}\n${error.stderr}`.trim().split("\n").slice(-20).join("\n");
    return `${error.message}\n  ${shellQuote(error.argv)}\n${end}`;
  }
  // node:util's parseArgs: a wrong option is no bug.
  if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    process.exitCode = 2;
    return `${error.message}\nSee --help.`;
  }
  return `This is a bug in nix-dabei.\n${error instanceof Error ? error.stack : String(error)}`;
}
