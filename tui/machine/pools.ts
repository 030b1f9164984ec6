import type { Disk, Machine } from "./machine.ts";

/** A pool as the labels of its members tell it; it need not be imported, or whole. */
export interface SeenPool {
  readonly guid: string;
  readonly name: string;
  /** The host that had it last. */
  readonly host: string | null;
  /** Names of the disks with its members, "sda". */
  readonly disks: readonly string[];
}

/** The pools on this machine's disks, each once, by name. */
export function poolsOf({ disks }: Machine): SeenPool[] {
  const pools = new Map<string, SeenPool>();
  for (const disk of disks) {
    for (const { pool } of disk.contents) {
      if (!pool) continue;
      const known = pools.get(pool.guid)?.disks ?? [];
      pools.set(pool.guid, { ...pool, disks: [...new Set([...known, disk.name])] });
    }
  }
  return [...pools.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of the disks with something encrypted by LUKS, "sda": a pool may be in it. */
export function luksDisksOf({ disks }: Machine): string[] {
  const isLuks = ({ contents }: Disk) => contents.some(({ type }) => type === "crypto_LUKS");
  return disks.filter(isLuks).map(({ name }) => name);
}
