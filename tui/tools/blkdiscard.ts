import type { Command } from "./command.ts";

/** Tells a flash disk that all of it is free. Fails on disks that cannot be told, and (without -f) on those in use. */
export function discardAll(disk: string): Command {
  return ["blkdiscard", disk];
}
