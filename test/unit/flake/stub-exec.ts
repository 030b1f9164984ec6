import { ToolError } from "../../../tui/base/errors.ts";
import type { Exec } from "../../../tui/base/exec.ts";

export interface Stubbed {
  /** What the command must contain, words joined by spaces. */
  readonly command: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** What it does beside answering. */
  readonly effect?: () => void;
}

/** Programs as a table: the first entry whose text is in the command answers. Anything else is a mistake of the test. */
export function stubExec(table: readonly Stubbed[]): { exec: Exec; commands: string[] } {
  const commands: string[] = [];
  const exec: Exec = async (argv, options) => {
    const command = argv.join(" ");
    commands.push(command);
    const found = table.find((entry) => command.includes(entry.command));
    if (!found) throw new Error(`nothing is known of: ${command}`);
    found.effect?.();
    const { stdout = "", stderr = "", exitCode = 0 } = found;
    if (!(options?.accept ?? [0]).includes(exitCode)) {
      throw new ToolError(`${argv[0]} failed`, { argv, exitCode, stderr, stdout });
    }
    return { stdout, stderr, exitCode };
  };
  return { exec, commands };
}
