import type { Command } from "./command.ts";

/** Erases every signature that libblkid knows (file systems, RAID, LVM, LUKS, tables) on these devices. */
export function eraseSignatures(devices: readonly string[]): Command {
  return ["wipefs", "--all", ...devices];
}
