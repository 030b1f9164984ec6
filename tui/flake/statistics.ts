import { readFile, rm } from "node:fs/promises";
import type { Bytes } from "../base/bytes.ts";

/** Makes nix write down, at its end, what its evaluation took. Source nix, eval.cc: NIX_SHOW_STATS, NIX_SHOW_STATS_PATH */
export function statisticsTo(file: string): Readonly<Record<string, string>> {
  return { NIX_SHOW_STATS: "1", NIX_SHOW_STATS_PATH: file };
}

/** What was allocated in all, garbage included, and removes the file. Null where nix has not written it. */
export async function allocatedBytes(file: string): Promise<Bytes | null> {
  try {
    const { gc } = JSON.parse(await readFile(file, "utf8")) as { gc?: { totalBytes?: number } };
    return gc?.totalBytes ?? null;
  } catch {
    return null;
  } finally {
    await rm(file, { force: true });
  }
}
