import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where everything lies that can be made again: ${XDG_CACHE_HOME:-~/.cache}/nix-dabei. */
export function cacheRoot(): string {
  // The base directory specification: a relative XDG_CACHE_HOME is to be ignored.
  const configured = process.env.XDG_CACHE_HOME;
  return join(configured?.startsWith("/") ? configured : join(homedir(), ".cache"), "nix-dabei");
}

/** SHA-256 in hex of a JSON value. Objects count in the order of their keys. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/**
 * The directory that `make` fills, kept under a digest of `inputs`: made once, then found. Nobody writes into it afterwards.
 * `inputs` names everything the content depends on; a change of the making itself is said by a number in it.
 */
export async function cached(
  kind: string,
  inputs: unknown,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const home = join(cacheRoot(), kind);
  const place = join(home, digestOf(inputs).slice(0, 32));
  if (await findUsed(place)) return place;
  await mkdir(home, { recursive: true });
  const draft = await mkdtemp(`${place}.part-`);
  try {
    await make(draft);
    // A rename is atomic: a build that is cut off leaves no half-filled directory under the final name.
    await rename(draft, place).catch((error: NodeJS.ErrnoException) => {
      // Another build has made the same in the meantime.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return place;
}

const day = 24 * 3600 * 1000;
const keptDays = 30;

/** Whether something is in the cache; from now on it counts as used today. */
export async function findUsed(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const { mtimeMs } = await stat(path);
  // Once a day is enough, and spares the disk thousands of writes.
  if (mtimeMs < Date.now() - day) await utimes(path, new Date(), new Date());
  return true;
}

/** Deletes what nothing has used for 30 days: each renewed lock leaves a gigabyte behind. */
export async function pruneCache(now: number = Date.now()): Promise<void> {
  const kinds = await readdir(cacheRoot(), { withFileTypes: true }).catch(() => []);
  for (const kind of kinds.filter((entry) => entry.isDirectory())) {
    const home = join(cacheRoot(), kind.name);
    for (const name of await readdir(home)) {
      const { mtimeMs } = await stat(join(home, name)).catch(() => ({ mtimeMs: now }));
      if (mtimeMs < now - keptDays * day) await rm(join(home, name), { recursive: true, force: true });
    }
  }
}
