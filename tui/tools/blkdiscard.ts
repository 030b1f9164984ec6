import type { Command } from "./command.ts";

/** Tells a flash disk that all of it is free. Fails on disks that cannot be told. -f: even if signatures are left. */
export function discardAll(disk: string): Command {
  return ["blkdiscard", "-f", disk];
}
