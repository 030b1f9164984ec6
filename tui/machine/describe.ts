import { GiB } from "../base/bytes.ts";
import type { Content, Disk } from "./machine.ts";

/** Below this no disk is offered: an ESP of 1 GiB, what is kept free, and room for a system. */
export const smallestDisk = 4 * GiB;

/** Why a disk cannot be chosen, in words; null when it can. */
export function whyNot(disk: Disk): string | null {
  if (disk.inUse !== null) return disk.inUse;
  return disk.size < smallestDisk ? "too small, 4.0 GiB at least" : null;
}

export function canChoose(disk: Disk): boolean {
  return whyNot(disk) === null;
}

/** Whether choosing it destroys something: any partition table or signature counts. */
export function holdsSomething(disk: Disk): boolean {
  return disk.tableType !== null || disk.contents.length > 0 || (disk.holders ?? []).length > 0;
}

/** What a disk holds, or why it cannot be chosen: "nothing", "pool tank of web1", "ext4 data, swap". */
export function holdsOf(disk: Disk): string {
  const reason = whyNot(disk);
  if (reason !== null) return reason;
  if (!holdsSomething(disk)) return "nothing";
  const windows = disk.contents.some(isWindows);
  const rest = disk.contents.filter((content) => !(windows && hidesInWindows(content)));
  const words = [...(windows ? ["Windows"] : []), ...rest.flatMap((content) => contentWords(content) ?? [])];
  // Open: put together by the kernel, or swapped to, right now.
  const open = (disk.holders ?? []).length > 0 ? ", open" : "";
  if (words.length > 0) return [...new Set(words)].join(", ") + open;
  const count = disk.contents.filter(({ number }) => number !== null).length;
  return count === 0
    ? "empty partition table"
    : `${count} partition${count === 1 ? "" : "s"}, not recognised`;
}

/** One content in words, "pool tank of web1"; null when nothing is recognised on it. */
export function contentWords({ type, label, pool }: Content): string | null {
  if (pool) return `pool ${pool.name}${pool.host ? ` of ${pool.host}` : ""}`;
  const kind = type === null ? null : (kinds[type] ?? type);
  return kind && `${kind}${label ? ` ${label}` : ""}`;
}

const kinds: Readonly<Record<string, string>> = {
  zfs_member: "old ZFS member",
  linux_raid_member: "md array",
  LVM2_member: "LVM",
  crypto_LUKS: "encrypted (LUKS)",
  BitLocker: "encrypted (BitLocker)",
  bcache: "bcache",
  ddf_raid_member: "firmware RAID",
  isw_raid_member: "firmware RAID",
};

function isWindows({ type, partLabel }: Content): boolean {
  return partLabel === "Microsoft reserved partition" || (type === "BitLocker" && partLabel !== null);
}

function hidesInWindows({ type, partLabel }: Content): boolean {
  return type === "ntfs" || type === "vfat" || partLabel === "Microsoft reserved partition";
}
