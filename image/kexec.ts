import { readdir, readFile } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import { gzipSync } from "node:zlib";
import { type TarFile, tarEnd, tarMembers } from "./tar.ts";
import { keeper } from "./tree/keep.ts";
import type { KernelModules } from "./tree/modules.ts";
import type { Tree } from "./tree/tree.ts";

/** The bundle that starts the image from another system. Its parts lie in kexec/, as `kexec/run` is what others look for. */
export const kexecBundle = "nix-dabei-kexec-x86_64.tar.gz";

export interface KexecInputs {
  /** The unpacked image group: busybox, kexec and ip come from it. */
  readonly root: string;
  /** The folder with `run`. */
  readonly folder: string;
  readonly modules: KernelModules;
  readonly kernel: Buffer;
  /** The initrd with the squashfs in it. */
  readonly initrd: Buffer;
}

/** Programs of the bundle that have shared libraries, by the paths of their packages. */
const programs = ["usr/sbin/kexec", "usr/bin/ip"];
const interpreter = "ld-linux-x86-64.so.2";

/**
 * The .tar.gz of the bundle. What is compressed already is only wrapped: it is nearly all, and a build would wait for it.
 * Two gzip members in a row are one stream (RFC 1952, 2.2), which gzip, busybox and zlib read as such.
 */
export async function makeKexecBundle({
  root,
  folder,
  modules,
  kernel,
  initrd,
}: KexecInputs): Promise<Buffer> {
  const text = (path: string, content: string, mode = 0o644) => ({ path, bytes: Buffer.from(content), mode });
  const small: TarFile[] = [
    ...(await ownFiles(folder)),
    ...(await programFiles(root)),
    ...programs.map((path) => text(basename(path), wrapper(basename(path)), 0o755)),
    { path: "busybox", bytes: await readFile(join(root, "usr/bin/busybox")), mode: 0o755 },
    text("initrd.size", `${initrd.length}\n`),
    text("drivers", await driverNames(root, modules)),
  ];
  const large: TarFile[] = [
    { path: "bzImage", bytes: kernel },
    { path: "initrd", bytes: initrd },
  ];
  const inBundle = (files: readonly TarFile[]) =>
    tarMembers(files.map((file) => ({ ...file, path: `kexec/${file.path}` })));
  return Buffer.concat([
    gzipSync(inBundle(small.toSorted((a, b) => (a.path < b.path ? -1 : 1))), { level: 9 }),
    gzipSync(Buffer.concat([inBundle(large), tarEnd]), { level: 0 }),
  ]);
}

async function ownFiles(folder: string): Promise<TarFile[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => {
      const source = join(entry.parentPath, entry.name);
      const path = posix.relative(folder, source);
      return { path, bytes: await readFile(source), mode: path === "run" ? 0o755 : 0o644 };
    }),
  );
}

/** The programs with all their libraries under the names they are asked for, flat in lib/. */
async function programFiles(root: string): Promise<TarFile[]> {
  const tree: Tree = new Map();
  const packages = await keeper(root, tree);
  for (const path of programs) await packages.keep(path, basename(path));
  const targets = new Set([...tree.values()].map((entry) => entry.kind === "link" && basename(entry.target)));
  const files = [...tree].filter(([path, { kind }]) => kind === "link" || !targets.has(basename(path)));
  return Promise.all(
    // readFile follows the links of libraries: a file system without links can hold the bundle, too.
    files.map(async ([path]) => ({
      path: `lib/${basename(path)}`,
      bytes: await readFile(join(root, path)),
      mode: 0o755,
    })),
  );
}

/**
 * Runs a program by the loader and the libraries beside it: the C library of the system, if it has one, plays no part.
 * Source  ld.so(8)
 */
const wrapper = (name: string) => `#!/bin/sh
here=\${0%/*}/lib
exec "$here/${interpreter}" --library-path "$here" --argv0 ${name} "$here/${name}" "$@"
`;

/** The names of the image's drivers, one a line: those of modules and those in the kernel itself. */
async function driverNames(root: string, { release, purposes }: KernelModules): Promise<string> {
  const builtin = await readFile(join(root, "usr/lib/modules", release, "modules.builtin"), "utf8");
  const paths = [...Object.keys(purposes), ...builtin.split("\n").filter(Boolean)];
  const names = paths.map((path) =>
    basename(path)
      .replace(/\.ko(\.\w+)?$/, "")
      .replaceAll("-", "_"),
  );
  return `${[...new Set(names)].sort().join("\n")}\n`;
}
