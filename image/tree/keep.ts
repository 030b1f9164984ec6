import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { UserError } from "../../tui/base/errors.ts";
import { isElf, readLinkage } from "../elf.ts";
import { mergedPath } from "../source/index.ts";
import type { Tree } from "./tree.ts";

const libraryDirectories = ["usr/lib/x86_64-linux-gnu", "usr/lib", "usr/lib64"];

/** Takes paths out of an unpacked tree into the image's, with all that they cannot do without. */
export interface Keeper {
  /** Every path below the unpacked root that the pattern of a seed means. Throws UserError when there is none. */
  keep(pattern: string, seed: string): Promise<void>;
  /** The libraries and the loader of an ELF file from elsewhere that will lie at `path`. */
  keepLibraries(elf: Buffer, path: string, seed: string): Promise<void>;
  /** Whether the unpacked tree has the path. */
  has(path: string): boolean;
}

export async function keeper(root: string, tree: Tree): Promise<Keeper> {
  const listed = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = listed
    .filter((entry) => !entry.isDirectory())
    .map((entry) => posix.join(posix.relative(root, entry.parentPath), entry.name))
    .sort();
  const known = new Set(paths);

  const take = async (path: string, seed: string): Promise<void> => {
    if (tree.has(path)) return;
    const source = join(root, path);
    const status = await lstat(source);
    if (status.isSymbolicLink()) {
      const target = await readlink(source);
      tree.set(path, { kind: "link", target, seed });
      const next = mergedPath(target.startsWith("/") ? target : posix.join(posix.dirname(path), target));
      if (known.has(next)) await take(next, seed);
      return;
    }
    tree.set(path, { kind: "file", source, mode: status.mode & 0o7777, seed });
    if (!/\bs?bin\/|\/lib|\.so\b/.test(path)) return;
    const bytes = await readFile(source);
    if (isElf(bytes)) await keepLibraries(bytes, path, seed);
  };

  const keepLibraries = async (elf: Buffer, path: string, seed: string): Promise<void> => {
    const { interpreter, needed, runpath } = readLinkage(elf);
    if (interpreter) await take(mergedPath(interpreter), seed);
    const origin = posix.dirname(path);
    const own = runpath.map((directory) => mergedPath(directory.replace(/\$\{?ORIGIN\}?/, `/${origin}`)));
    for (const name of needed) {
      const found = [...own, ...libraryDirectories]
        .map((it) => posix.join(it, name))
        .find((it) => known.has(it));
      if (!found) throw new Error(`${path} needs ${name}, which no package of the image has`);
      await take(found, seed);
    }
  };

  return {
    keepLibraries,
    has: (path) => known.has(path),
    async keep(pattern, seed) {
      const matches = matcher(pattern);
      const found = paths.filter(matches);
      if (found.length === 0) {
        throw new UserError(`The package ${seed} has no ${pattern}, which image/packages.ts keeps of it.`, {
          hint: "Correct the path there; the package may have changed with a renewed lock.",
        });
      }
      for (const path of found) await take(path, seed);
    },
  };
}

/** The test for a pattern of Seed.keep: a trailing "/" means all below it, "*" any characters but "/". */
export function matcher(pattern: string): (path: string) => boolean {
  if (pattern.endsWith("/")) return (path) => path.startsWith(pattern);
  if (!pattern.includes("*")) return (path) => path === pattern;
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${source.join("[^/]*")}$`);
  return (path) => expression.test(path);
}
