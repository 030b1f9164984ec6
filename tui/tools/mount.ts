import type { Command } from "./command.ts";

/** Mounts, and makes the mount point first where it is missing (util-linux 2.35 and later). */
export function mount(source: string, target: string, type: string, options: readonly string[]): Command {
  return [
    "mount",
    "--mkdir",
    "-t",
    type,
    ...(options.length > 0 ? ["-o", options.join(",")] : []),
    source,
    target,
  ];
}

/** Unmounts a directory and everything below it. */
export function unmountTree(directory: string): Command {
  return ["umount", "--recursive", directory];
}
