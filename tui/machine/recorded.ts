import { readFile } from "node:fs/promises";
import { UserError } from "../base/errors.ts";
import type { Machine } from "./machine.ts";

/**
 * A machine that was written down by `dabei machine --json`.
 * Throws UserError when the file cannot be read or is no machine.
 */
export async function loadMachine(file: string): Promise<Machine> {
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new UserError(`${file} cannot be read.`, { cause });
  });
  try {
    const machine = JSON.parse(text) as Partial<Machine> | null;
    if (Array.isArray(machine?.disks) && typeof machine.firmware === "string") return machine as Machine;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new UserError(`${file} is no recorded machine.`, {
    hint: "`dabei machine --json` writes one.",
  });
}
