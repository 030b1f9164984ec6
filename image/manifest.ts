import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LockedPackage } from "./source/index.ts";

/** What dist/manifest.json tells. */
export interface Manifest {
  /** The kernel's release, as `uname -r` prints it. */
  readonly kernel: string;
  /** By name: what was built, with what makes sure of it. */
  readonly files: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /** The packages that something in the image is from. */
  readonly packages: readonly { readonly name: string; readonly version: string; readonly licence: string }[];
}

/** The packages of an image with their licences, sorted by name. */
export async function describePackages(
  root: string,
  packages: readonly LockedPackage[],
): Promise<Manifest["packages"]> {
  return Promise.all(
    packages.map(async ({ name, version }) => {
      const copyright = await readFile(join(root, "usr/share/doc", name, "copyright"), "utf8").catch(
        () => "",
      );
      return { name, version, licence: readLicence(copyright) };
    }),
  );
}

/**
 * The short names of the licences in a Debian copyright file, or "see its copyright file" where it is prose.
 * Source  machine-readable debian/copyright 1.0
 */
export function readLicence(copyright: string): string {
  const named = [...copyright.matchAll(/^License:[ \t]*(\S.*)$/gm)].map((match) => match[1]!.trim());
  return named.length > 0 ? [...new Set(named)].sort().join(", ") : "see its copyright file";
}
