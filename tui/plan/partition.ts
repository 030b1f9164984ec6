import { type Bytes, GiB, MiB } from "../base/bytes.ts";
import type { Disk } from "../machine/machine.ts";
import type { LayoutChoices } from "./choices.ts";
import type { Partition } from "./step.ts";

/** Below this a pool is of no use: the smallest system and the space that copy-on-write keeps for itself. */
export const smallestMember: Bytes = 2 * GiB;

const biosBoot: Bytes = MiB;
const leastFree: Bytes = 512 * MiB;

/** GPT partition types. Source UEFI 2.10, table 5.7; the Discoverable Partitions Specification; gdisk's bf01 for ZFS. */
const types = {
  "bios-boot": "21686148-6449-6e6f-744e-656564454649",
  esp: "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
  swap: "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
  zfs: "6a898cc3-1dd2-11b2-99a6-080020736631",
} as const;

const shortNames = { "bios-boot": "bios", esp: "esp", swap: "swap", zfs: "zfs" } as const;

/**
 * Cuts a disk: BIOS boot, ESP, swap if asked for, ZFS; freePercent of it, 512 MiB at least, stay free, so that
 * a replacement that is a little smaller still fits. ordinal counts from 1 and ends the labels: "dabei-esp-1".
 * Every start and size is a multiple of 1 MiB. A disk that is too small gives a ZFS partition of size 0 or less.
 */
export function partitionsOf(
  disk: Disk,
  ordinal: number,
  guid: string,
  { espSize, swap, freePercent }: LayoutChoices,
): Partition[] {
  const sizes: [Partition["role"], Bytes][] = [
    ["bios-boot", biosBoot],
    ["esp", floor(espSize)],
    ...(swap > 0 ? ([["swap", floor(swap)]] as [Partition["role"], Bytes][]) : []),
  ];
  // 1 MiB in front for the table, 1 MiB at the end for its copy.
  const used = sizes.reduce((sum, [, size]) => sum + size, 2 * MiB);
  const kept = Math.max(leastFree, (disk.size * freePercent) / 100);
  sizes.push(["zfs", floor(disk.size - used - kept)]);

  let start: Bytes = MiB;
  return sizes.map(([role, size]) => {
    const number = { "bios-boot": 1, esp: 2, swap: 3, zfs: 4 }[role];
    const label = `dabei-${shortNames[role]}-${ordinal}`;
    const partition = {
      number,
      role,
      label,
      type: types[role],
      guid: partitionGuid(guid, number),
      start,
      size,
    };
    start += size;
    return partition;
  });
}

/** How large a disk must be for these choices. */
export function smallestFor({ espSize, swap, freePercent }: LayoutChoices): Bytes {
  const filled = 2 * MiB + biosBoot + floor(espSize) + floor(swap) + smallestMember;
  return Math.ceil(Math.max(filled + leastFree, filled / (1 - freePercent / 100)) / MiB) * MiB;
}

/** The disk's GUID with its last two digits replaced by the partition's number. */
export function partitionGuid(diskGuid: string, number: number): string {
  return diskGuid.toLowerCase().slice(0, -2) + number.toString(16).padStart(2, "0");
}

/** A name that neither a reboot nor another port changes. */
export function partitionPath(guid: string): string {
  return `/dev/disk/by-partuuid/${guid}`;
}

export function partitionFor(
  partitions: readonly Partition[],
  role: Partition["role"],
): Partition | undefined {
  return partitions.find((partition) => partition.role === role);
}

function floor(bytes: number): Bytes {
  return Math.floor(bytes / MiB) * MiB;
}
