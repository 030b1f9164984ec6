import { type Bytes, MiB } from "../base/bytes.ts";
import type { Command } from "./command.ts";

/** A partition as sgdisk makes it; start and size are whole MiB. */
interface NewPartition {
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly guid: string;
  readonly start: Bytes;
  readonly size: Bytes;
}

/**
 * Writes a new, whole partition table in one go, so that an interrupted run leaves the old table or the new one.
 *
 * Runs    sgdisk --clear --disk-guid=… --new=1:1M:+1M --typecode=1:… --partition-guid=1:… --change-name=1:… DISK
 * Source  sgdisk(8), gptfdisk 1.0.10: "+1M" is a size; K, M, G are binary and do not depend on the sector size
 */
export function makeTable(disk: string, guid: string, partitions: readonly NewPartition[]): Command {
  return [
    "sgdisk",
    "--clear",
    // Every start is a multiple of 1 MiB already; sgdisk must not move one on disks with 4096-byte sectors.
    "--set-alignment=1",
    `--disk-guid=${guid}`,
    ...partitions.flatMap(({ number, label, type, guid, start, size }) => [
      `--new=${number}:${start / MiB}M:+${size / MiB}M`,
      `--typecode=${number}:${type}`,
      `--partition-guid=${number}:${guid}`,
      `--change-name=${number}:${label}`,
    ]),
    disk,
  ];
}

/** Removes both GPTs and the MBR of a disk. */
export function zapTable(disk: string): Command {
  return ["sgdisk", "--zap-all", disk];
}

/** Verifies a table; sgdisk says "No problems found" and exits 0. */
export function verifyTable(disk: string): Command {
  return ["sgdisk", "--verify", disk];
}
