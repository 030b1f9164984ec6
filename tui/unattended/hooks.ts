import { appendFileSync } from "node:fs";
import { ToolError, UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";

/** A text is run by sh -c; a list is run as it is. */
export type HookCommand = string | readonly string[];

export interface HookContext {
  readonly exec: Exec;
  readonly say: (line: string) => void;
  /** The installation's log, which has all that the hooks write. */
  readonly log: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** How a hook is run. */
export function argvOf(command: HookCommand): readonly string[] {
  return typeof command === "string" ? ["sh", "-c", command] : command;
}

/** Runs hooks one after the other. Throws UserError for the first that fails. */
export async function runHooks(
  when: "before" | "onFailure",
  commands: readonly HookCommand[],
  { exec, say, log, environment, signal }: HookContext,
): Promise<void> {
  for (const [index, command] of commands.entries()) {
    const name = `hooks.${when}[${index}]`;
    const record = (line: string) => {
      appendFileSync(log, `${line}\n`);
      say(`${name}: ${line}`);
    };
    appendFileSync(log, `${new Date().toISOString()} ${name}\n`);
    try {
      const options = { env: { ...environment, DABEI_HOOK: when }, ...(signal ? { signal } : {}) };
      await exec(argvOf(command), { ...options, onLine: record, keep: false });
      say(`${name}: done`);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const how = error.exitCode === undefined ? error.message : `exit code ${error.exitCode}`;
      throw new UserError(`${name} failed: ${how}.`, { hint: `What it wrote is in ${log}.` });
    }
  }
}
