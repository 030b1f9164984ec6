import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import type { Bytes } from "../tui/base/bytes.ts";
import { seeds } from "./packages.ts";
import type { ImageParts } from "./parts.ts";
import { type Lock, packagesOf, readOwners } from "./source/index.ts";

/** What a package takes of the image, and why it is there. */
export interface PackageSize {
  readonly name: string;
  /** Its share of the squashfs, estimated: blocks hold files of several packages. */
  readonly compressed: Bytes;
  readonly unpacked: Bytes;
  readonly files: number;
  readonly why: string;
}

/** The packages of the image by their share of a squashfs of `total` bytes, the largest first. */
export async function packageSizes(parts: ImageParts, lock: Lock, total: Bytes): Promise<PackageSize[]> {
  const owners = await readOwners(parts.root);
  const rows = new Map<string, { compressed: number; unpacked: number; files: number; seeds: Set<string> }>();
  for (const [path, entry] of parts.layers.flatMap((layer) => [...layer])) {
    if (entry.kind !== "file") continue;
    const owner = owners[relative(parts.root, entry.source)] ?? ownerOfMade(path, entry.seed);
    const content = await readFile(entry.source);
    const row = rows.get(owner) ?? { compressed: 0, unpacked: 0, files: 0, seeds: new Set() };
    row.compressed += zstdCompressSync(content, {
      params: { [constants.ZSTD_c_compressionLevel]: 3 },
    }).length;
    row.unpacked += content.length;
    row.files += 1;
    row.seeds.add(entry.seed);
    rows.set(owner, row);
  }
  const scale = total / [...rows.values()].reduce((sum, row) => sum + row.compressed, 0);
  const locked = new Map(packagesOf(lock, "image").map((entry) => [entry.name, entry]));
  return [...rows]
    .map(([name, { seeds: takenBy, ...row }]) => {
      const why =
        seeds.find((seed) => seed.name === name)?.why ?? reason(name, [...takenBy], locked.has(name));
      return { name, ...row, compressed: Math.round(row.compressed * scale), why };
    })
    .sort((a, b) => b.compressed - a.compressed);
}

function ownerOfMade(path: string, seed: string): string {
  if (path.includes("/extra/")) return "zfs modules";
  return path.startsWith("usr/lib/modules/") ? "kernel modules" : seed;
}

function reason(name: string, takenBy: readonly string[], isPackage: boolean): string {
  if (isPackage) return `needed by ${takenBy.join(", ")}`;
  const made: Record<string, string> = {
    node: "runs the installer",
    "nix-dabei": "the installer and its files",
    "kernel modules": "drivers, chosen in image/modules.ts",
    "zfs modules": "ZFS, compiled for this kernel",
  };
  return made[name] ?? "";
}
