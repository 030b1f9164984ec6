import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundle, type NpmPackage } from "../bundler/bundle.ts";
import { UserError } from "../tui/base/errors.ts";
import { exec } from "../tui/base/exec.ts";
import { initrdModules, moduleGroups } from "./modules.ts";
import { trimmedNode } from "./node.ts";
import { type Lock, type SourceOptions, unpackGroup } from "./source/index.ts";
import { buildTools } from "./tools.ts";
import { addFolder, makeTree } from "./tree/index.ts";
import { type KernelModules, kernelModules } from "./tree/modules.ts";
import type { Tree } from "./tree/tree.ts";
import { zfsModules } from "./zfs-module.ts";

const top = resolve(import.meta.dirname, "..");

export interface ImageParts {
  /** The unpacked image group. */
  readonly root: string;
  readonly modules: KernelModules;
  readonly initrdModules: KernelModules;
  /** What lies in the squashfs, from the slowest to change to the fastest. */
  readonly layers: readonly Tree[];
  /** The npm packages in the bundle. */
  readonly bundled: readonly NpmPackage[];
}

/**
 * Makes or finds all that goes into the image. Some of it lies in `scratch`, an empty directory.
 * `added` are files that a build brings along (keys, answers): their text by their path. `flake` is a directory that the
 * image offers as a flake.
 */
export async function imageParts(
  source: SourceOptions & { lock: Lock },
  scratch: string,
  added: Readonly<Record<string, string>> = {},
  flake?: string,
): Promise<ImageParts> {
  const tools = await buildTools(source);
  const root = await unpackGroup("image", source);
  const zfs = await zfsModules(source.lock, source);
  const modules = await kernelModules({ root, zfs, groups: moduleGroups, tools });
  const initrd = await kernelModules({ root, zfs, groups: initrdModules, tools });
  const node = join(await trimmedNode(tools, source.progress), "node");
  const packages = await makeTree({ root, modules, node, scratch });
  const own: Tree = new Map();
  await addFolder(own, join(top, "image/rootfs"), "nix-dabei");
  const program: Tree = new Map();
  for (const [path, text] of Object.entries(added)) {
    const kept = join(scratch, path.replaceAll("/", "-"));
    await writeFile(kept, text);
    program.set(path, { kind: "file", source: kept, mode: 0o644, seed: "nix-dabei" });
  }
  if (flake !== undefined) await addFlake(program, flake);
  const bundled = await source.progress.stage("bundle", async (note) => {
    const directory = join(scratch, "program");
    const { packages } = await bundle({ directory });
    await writeFirstFrame(directory);
    await addFolder(program, directory, "nix-dabei", "usr/lib/dabei");
    note(`${program.size} files`);
    return packages;
  });
  return { root, modules, initrdModules: initrd, layers: [packages, own, program], bundled };
}

/** The files of a flake, without its history. The program finds them there: bakedFlake in tui/answers/given.ts. */
async function addFlake(tree: Tree, directory: string): Promise<void> {
  if (!existsSync(join(directory, "flake.nix")))
    throw new UserError(`There is no flake.nix in ${directory}.`, {
      hint: "Give the directory that holds one.",
    });
  const files: Tree = new Map();
  await addFolder(files, directory, "flake", "etc/dabei/flake");
  for (const [path, entry] of files) if (!path.startsWith("etc/dabei/flake/.git/")) tree.set(path, entry);
}

/** Keeps beside the program what it shows while it is loading more of itself. */
async function writeFirstFrame(directory: string): Promise<void> {
  const { stdout } = await exec([process.execPath, join(directory, "dabei.js"), "first-frame"]);
  await writeFile(join(directory, "first-frame"), stdout);
}
