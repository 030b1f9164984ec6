import type { Command } from "./command.ts";

interface Names {
  readonly label: string | null;
  readonly uuid: string | null;
}

/** Formats a partition as swap and begins to use it. Source mkswap(8). */
export function startSwap(device: string, { label, uuid }: Names = { label: null, uuid: null }): Command[] {
  const names = [...(label === null ? [] : ["-L", label]), ...(uuid === null ? [] : ["-U", uuid])];
  return [
    ["mkswap", ...names, device],
    ["swapon", device],
  ];
}

export function stopSwap(device: string): Command {
  return ["swapoff", device];
}
