import type { Command } from "./command.ts";

/** Formats a partition as swap and begins to use it. */
export function startSwap(device: string): Command[] {
  return [
    ["mkswap", device],
    ["swapon", device],
  ];
}

export function stopSwap(device: string): Command {
  return ["swapoff", device];
}
