import type { Disk } from "../machine/machine.ts";

const prefix = "nix-dabei: ";

/** What a pool's comment says when nix-dabei has finished on it. ZFS takes 31 characters (ZPROP_MAX_COMMENT of zfs.h). */
export function installedMark(hostname: string): string {
  return `${prefix}${hostname}`.slice(0, 31);
}

/**
 * What is installed on these disks, or null: each of them is a member of one pool, or one LUKS device, with our mark.
 * It is in the labels, so nothing is imported for it. A half-finished installation has none and is no reason to stop.
 */
export function installedOn(disks: readonly Disk[]): { hostname: string; words: string } | null {
  const marks = disks.map(markOf);
  const [first] = marks;
  if (!first || !marks.every((mark) => mark === first)) return null;
  const hostname = first.slice(prefix.length);
  return { hostname, words: `${hostname} is installed on ${disks.map(({ path }) => path).join(", ")}` };
}

function markOf({ contents }: Disk): string | null {
  for (const { type, label, pool } of contents) {
    const mark = pool?.comment ?? (type === "crypto_LUKS" ? label : null);
    if (mark?.startsWith(prefix)) return mark;
  }
  return null;
}
