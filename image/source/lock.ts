import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { UserError } from "../../tui/base/errors.ts";

/** What a package is fetched for. */
export const groupNames = ["image", "toolchain", "tools", "fixture"] as const;
export type GroupName = (typeof groupNames)[number];

/** The two trees of a Debian mirror. */
export const archiveNames = ["debian", "debian-security"] as const;
export type ArchiveName = (typeof archiveNames)[number];

const lockedPackage = z.strictObject({
  name: z.string(),
  version: z.string(),
  architecture: z.enum(["amd64", "all"]),
  size: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  archive: z.enum(archiveNames),
  /** Below the archive's root: "pool/main/b/busybox/busybox-static_….deb". Never with a host. */
  path: z.string().regex(/^pool\/[^/].*\.deb$/),
  /** For each group it belongs to: the package that asks for it, or "seed" when it is asked for by name. */
  groups: z.partialRecord(z.enum(groupNames), z.string()),
});
const lock = z.strictObject({ format: z.literal(1), packages: z.array(lockedPackage) });

/** One .deb, named so that any mirror has it or has it not. */
export type LockedPackage = z.infer<typeof lockedPackage>;
export type Lock = z.infer<typeof lock>;

/** The lock of this repository. */
export const lockFile = join(import.meta.dirname, "../debian.lock.json");

/** Reads a lock file's text. Throws UserError for anything but a lock. */
export function parseLock(text: string): Lock {
  try {
    return lock.parse(JSON.parse(text));
  } catch (cause) {
    const hint =
      "Make it again with scripts/lock, or take it back with `git checkout image/debian.lock.json`.";
    throw new UserError("The package lock image/debian.lock.json cannot be read.", { hint, cause });
  }
}

export async function readLock(): Promise<Lock> {
  return parseLock(await readFile(lockFile, "utf8"));
}

/** One package a line, sorted by name: a renewed lock gives a diff that can be read. */
export function formatLock({ format, packages }: Lock): string {
  const sorted = packages.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return `{ "format": ${format}, "packages": [\n${sorted.map((entry) => JSON.stringify(entry)).join(",\n")}\n] }\n`;
}

export async function writeLock(lock: Lock): Promise<void> {
  await writeFile(lockFile, formatLock(lock));
}

/** The packages of one group, sorted by name. */
export function packagesOf(lock: Lock, group: GroupName): LockedPackage[] {
  return lock.packages.filter((entry) => entry.groups[group] !== undefined);
}
