import type { Command } from "./command.ts";

/**
 * Waits until these device links exist and udev's queue is empty; fails after 30 seconds.
 *
 * Source  udevadm(8), `wait`, systemd 251 and later
 */
export function awaitDevices(links: readonly string[]): Command {
  return ["udevadm", "wait", "--timeout=30", "--settle", ...links];
}

/** Waits until udev has handled every event there is. */
export function settle(): Command {
  return ["udevadm", "settle", "--timeout=30"];
}
