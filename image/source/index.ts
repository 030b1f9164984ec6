import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import type { Progress } from "../progress.ts";
import { unpackDeb } from "./deb.ts";
import { debFile, fetchPackages } from "./fetch.ts";
import { type GroupName, type Lock, packagesOf, readLock } from "./lock.ts";
import { findMirror } from "./mirror.ts";

/** What the narrow face to Debian needs to know; everything has a default. */
export interface SourceOptions {
  /** @default the lock of this repository */
  readonly lock?: Lock;
  /** Address of a mirror's Debian tree. @default $DABEI_MIRROR, then the host's apt configuration */
  readonly mirror?: string | undefined;
  readonly progress: Progress;
}

/** For each path of an unpacked group, without a leading slash, the package it came in. */
export type Owners = Record<string, string>;

const ownersFile = ".owners.json";

export async function readOwners(unpacked: string): Promise<Owners> {
  return JSON.parse(await readFile(join(unpacked, ownersFile), "utf8"));
}

/** A path as packed ("./bin/sh") as it lies under a merged /usr ("usr/bin/sh"). */
export function mergedPath(path: string): string {
  return path.replace(/^\.?\/+/, "").replace(/^(bin|sbin|lib|lib64)\//, "usr/$1/");
}

/**
 * The directory with every package of a group fetched, checked and unpacked into one tree, never installed:
 * no maintainer script has run, /bin /sbin /lib /lib64 are links into /usr. It is cached by the lock's digests, and read-only by custom:
 * copy out of it. For the fixture: `const root = await unpackGroup("fixture", { progress: silent })`.
 */
export async function unpackGroup(group: GroupName, options: SourceOptions): Promise<string> {
  const packages = packagesOf(options.lock ?? (await readLock()), group);
  const digests = packages.map((entry) => entry.sha256).sort();
  return cached("unpacked", { version: 2, digests }, async (directory) => {
    await options.progress.stage("fetch", (note) =>
      fetchPackages(
        packages,
        () => findMirror(options.mirror),
        (text) => note(`${group}: ${text}`),
      ),
    );
    await options.progress.stage("unpack", async (note) => {
      for (const name of ["bin", "sbin", "lib", "lib64"]) {
        await mkdir(join(directory, "usr", name), { recursive: true });
        await symlink(`usr/${name}`, join(directory, name));
      }
      // One after another in the lock's order: where two packages hold one path, the same one wins everywhere.
      const owners: Owners = {};
      for (const [index, entry] of packages.entries()) {
        note(`${group}: ${index + 1} of ${packages.length} packages, ${entry.name}`);
        for (const path of await unpackDeb(debFile(entry), directory)) {
          if (!path.endsWith("/")) owners[mergedPath(path)] = entry.name;
        }
      }
      await writeFile(join(directory, ownersFile), JSON.stringify(owners));
      note(`${group}: ${packages.length} packages`);
    });
  });
}

export { GoneError, sha256File } from "./fetch.ts";
export { groupsWith } from "./groups.ts";
export { type Lock, packagesOf, readLock, writeLock } from "./lock.ts";
export { findMirror } from "./mirror.ts";
export { solve } from "./solve.ts";
