import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { readPackage } from "../bundler/bundle.ts";
import { nodeBinary } from "./node.ts";
import type { ImageParts } from "./parts.ts";
import { type Lock, readOwners } from "./source/index.ts";

/** What dist/manifest.json tells. */
export interface Manifest {
  /** The kernel's release, as `uname -r` prints it. */
  readonly kernel: string;
  /** By name: what was built, with what makes sure of it. */
  readonly files: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /** What the image is made of, sorted by name. */
  readonly packages: readonly ImagePackage[];
}

export interface ImagePackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly from: "debian" | "npm";
}

/** The Debian packages that a file of the image is from, the kernel and ZFS among them, and the npm packages. */
export async function describePackages(
  { root, layers, bundled }: ImageParts,
  lock: Lock,
): Promise<Manifest["packages"]> {
  const owners = await readOwners(root);
  const used = new Set(
    layers
      .flatMap((layer) => [...layer.values()])
      .map((it) => it.kind === "file" && owners[relative(root, it.source)]),
  );
  // Their files are made anew: modules are stripped, ZFS is compiled from the source in its package.
  const remade = /^linux-image-.*-amd64$|^zfs-dkms$/;
  const debian = lock.packages.filter(({ name }) => used.has(name) || remade.test(name));
  const described = debian.map(async ({ name, version }) => {
    const file = join(root, "usr/share/doc", name, "copyright");
    const copyright = await readFile(file, "utf8").catch(() => "");
    const licence = name === "zfs-dkms" ? "CDDL-1.0" : readLicence(copyright);
    return { name, version, licence, from: "debian" as const };
  });
  const npm = [...bundled, await readPackage(dirname(dirname(nodeBinary)))];
  const all = [...(await Promise.all(described)), ...npm.map((it) => ({ ...it, from: "npm" as const }))];
  const key = (it: ImagePackage) => `${it.name} ${it.version}`;
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * The short names of the licences in a Debian copyright file, or "see its copyright file" where it is prose.
 * Source  machine-readable debian/copyright 1.0
 */
export function readLicence(copyright: string): string {
  const named = [...copyright.matchAll(/^License:[ \t]*(\S.*)$/gm)].map((match) => match[1]!.trim());
  return named.length > 0 ? [...new Set(named)].sort().join(", ") : "see its copyright file";
}
