import type { PoolChoices } from "./choices.ts";

/** Feature sets in the image's /usr/share/zfs/compatibility.d that a pool of this installer can be made with, oldest first. */
export const compatibilities: readonly string[] = [
  "openzfs-2.0-linux",
  "openzfs-2.1-linux",
  "openzfs-2.2-linux",
  "openzfs-2.3-linux",
];

/**
 * The pool's compatibility=: the newest set that the target's zfs knows, so that it can import the pool. "off",
 * every feature of the image's zfs, where nothing is known of the target's.
 */
export function compatibilityOf({ compatibility }: PoolChoices, zfsVersion: string | null): string {
  if (compatibility !== "auto") return compatibility;
  const target = versionOf(zfsVersion ?? "");
  if (target === null) return "off";
  const readable = compatibilities.filter((name) => compare(versionOf(name) ?? [0, 0], target) <= 0);
  return readable.at(-1) ?? compatibilities[0] ?? "off";
}

/** What is wrong with the chosen set, or with another property under it. */
export function compatibilityProblem(properties: PoolChoices, zfsVersion: string | null): string | null {
  const wanted = properties.compatibility;
  if (wanted !== "auto" && wanted !== "off" && !compatibilities.includes(wanted))
    return `Compatibility is auto, off, or one of: ${compatibilities.join(", ")}.`;
  const target = versionOf(zfsVersion ?? "");
  if (target !== null && compare(target, [2, 0]) < 0)
    return `The host's zfs ${zfsVersion} is older than 2.0: it cannot read a pool that is made here.`;
  const set = compatibilityOf(properties, zfsVersion);
  const version = versionOf(set);
  if (target !== null && (version === null ? compare(target, [2, 3]) < 0 : compare(version, target) > 0))
    return `The host's zfs ${zfsVersion} may not read a pool made with compatibility ${set}. Choose auto.`;
  if (properties.checksum === "blake3" && version !== null && compare(version, [2, 2]) < 0)
    return `Checksums with blake3 need zfs 2.2, and the pool is made for ${set}. Choose another checksum.`;
  return null;
}

/** "2.3.4" or "openzfs-2.3-linux" as [2, 3]. */
function versionOf(text: string): [number, number] | null {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? null : [Number(major), Number(minor)];
}

function compare([major, minor]: [number, number], [otherMajor, otherMinor]: [number, number]): number {
  return major - otherMajor || minor - otherMinor;
}
