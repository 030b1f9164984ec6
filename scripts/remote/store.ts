import { hash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Memory, nothingYet } from "./memory.ts";
import type { Target } from "./ssh.ts";

/** Where the memory of one machine is kept: told apart by how it is reached. */
export function memoryFile(directory: string, { destination, options }: Target): string {
  const words = [destination, ...options].join(" ");
  const name = destination.replaceAll(/[^\w.@:-]+/g, "_").slice(0, 100);
  return join(directory, `${name}-${hash("sha256", words, "hex").slice(0, 12)}.json`);
}

export async function readMemory(file: string): Promise<Memory> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  return { ...nothingYet, ...JSON.parse(text) };
}

export async function writeMemory(file: string, memory: Memory): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(memory, null, 1)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
