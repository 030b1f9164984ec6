import { lstat, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { applets, links, seeds } from "../packages.ts";
import { keeper } from "./keep.ts";
import type { KernelModules } from "./modules.ts";
import type { Tree } from "./tree.ts";

export interface TreeInputs {
  /** The unpacked image group. */
  readonly root: string;
  readonly modules: KernelModules;
  /** The trimmed node's file. */
  readonly node: string;
  /** An empty directory for files that are made here; it stays as long as the tree is used. */
  readonly scratch: string;
}

/** Directories that are there though nothing lies in them: mount points, and places that programs expect. */
const directories: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ["boot", "dev", "etc", "home", "mnt", "nix", "proc", "run", "sys", "var/empty", "var/lib", "var/log"].map(
      (path) => [path, 0o755],
    ),
  ),
  root: 0o700,
  tmp: 0o1777,
  "var/tmp": 0o1777,
};

const certificates = "usr/share/ca-certificates/mozilla/";
const certificateBundle = "etc/ssl/certs/ca-certificates.crt";

/** What the image has of others: what the seeds keep, modules and firmware, node. */
export async function makeTree({ root, modules, node, scratch }: TreeInputs): Promise<Tree> {
  const tree: Tree = new Map();
  const packages = await keeper(root, tree);
  for (const seed of seeds) {
    for (const pattern of seed.keep) await packages.keep(pattern, seed.name);
  }
  await packages.keepLibraries(await readFile(node), "usr/bin/node", "node");
  tree.set("usr/bin/node", { kind: "file", source: node, mode: 0o755, seed: "node" });
  for (const name of ["bin", "sbin", "lib", "lib64"])
    tree.set(name, { kind: "link", target: `usr/${name}`, seed: "links" });
  for (const [path, target] of Object.entries(links)) tree.set(path, { kind: "link", target, seed: "links" });
  for (const name of applets) {
    const path = `usr/bin/${name}`;
    if (!tree.has(path)) tree.set(path, { kind: "link", target: "busybox", seed: "busybox-static" });
  }
  for (const [path, mode] of Object.entries(directories))
    tree.set(path, { kind: "directory", mode, seed: "directories" });
  for (const [file, module] of Object.entries(modules.firmware)) {
    if (packages.has(`usr/lib/firmware/${file}`)) await packages.keep(`usr/lib/firmware/${file}`, module);
  }
  await addModules(tree, modules);
  await bundleCertificates(tree, join(scratch, "ca-certificates.crt"));
  return tree;
}

/** kmod reads the binary indexes; the text ones are for busybox in the initrd. */
async function addModules(tree: Tree, { directory, release, purposes }: KernelModules): Promise<void> {
  const from = join(directory, "lib/modules", release);
  const indexes = (await readdir(from)).filter((name) => /\.bin$|^modules\.(softdep|devname)$/.test(name));
  for (const path of [...Object.keys(purposes), ...indexes]) {
    const seed = purposes[path] ?? "depmod";
    tree.set(`usr/lib/modules/${release}/${path}`, {
      kind: "file",
      source: join(from, path),
      mode: 0o644,
      seed,
    });
  }
}

/** What update-ca-certificates does when it is installed: one file of all certificates, in the order of their names. */
async function bundleCertificates(tree: Tree, file: string): Promise<void> {
  const parts = [...tree]
    .filter(([path]) => path.startsWith(certificates))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const texts: string[] = [];
  for (const [path, entry] of parts) {
    if (entry.kind === "file") texts.push(`${(await readFile(entry.source, "utf8")).trim()}\n`);
    tree.delete(path);
  }
  await writeFile(file, texts.join(""));
  tree.set(certificateBundle, { kind: "file", source: file, mode: 0o644, seed: "ca-certificates" });
}

/** A folder of the repository, with the two modes that git knows: another umask at checkout changes nothing. */
export async function addFolder(tree: Tree, folder: string, seed: string, below = ""): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const path = posix.join(below, posix.relative(folder, source));
    if (entry.isSymbolicLink()) {
      tree.set(path, { kind: "link", target: await readlink(source), seed });
    } else if (entry.isFile()) {
      const mode = (await lstat(source)).mode & 0o100 ? 0o755 : 0o644;
      tree.set(path, { kind: "file", source, mode, seed });
    }
  }
}
