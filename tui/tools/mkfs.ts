import type { Command } from "./command.ts";

/**
 * Makes a FAT32 file system. label: at most 11 characters; volumeId: eight hexadecimal digits, so that it is not the time.
 *
 * Source  mkfs.fat(8); UEFI 2.10, 13.3: an EFI system partition is FAT32
 */
export function makeFat32(device: string, label: string, volumeId: string): Command {
  return ["mkfs.vfat", "-F", "32", "-n", label, "-i", volumeId, device];
}
