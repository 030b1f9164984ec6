import { seeds } from "./packages.ts";
import type { Progress } from "./progress.ts";
import { findMirror, groupsWith, type Lock, packagesOf, solve, writeLock } from "./source/index.ts";

/** Solves the packages of the image against the mirror as it is now, and writes image/debian.lock.json. */
export async function renewLock(options: { mirror?: string | undefined; progress: Progress }): Promise<Lock> {
  const groups = groupsWith(seeds.map((seed) => seed.name));
  const lock = await solve(groups, await findMirror(options.mirror), options.progress);
  await writeLock(lock);
  return lock;
}

/** The packages that image/packages.ts asks for and a lock does not have: it was not renewed after a change there. */
export function lackingSeeds(lock: Lock): string[] {
  const locked = new Set(packagesOf(lock, "image").map((entry) => entry.name));
  return seeds.map((seed) => seed.name).filter((name) => !locked.has(name));
}
