import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatBytes } from "../tui/base/bytes.ts";
import { UserError } from "../tui/base/errors.ts";
import { pruneCache } from "./cache.ts";
import { makeInitrd, squashfsArchive } from "./initrd.ts";
import { kexecBundle, makeKexecBundle } from "./kexec.ts";
import { lackingSeeds, renewLock } from "./lock.ts";
import { describePackages, type Manifest } from "./manifest.ts";
import { imageParts } from "./parts.ts";
import { type Progress, silent } from "./progress.ts";
import { GoneError, type Lock, readLock } from "./source/index.ts";
import { writeSquashfs } from "./squashfs/write.ts";

const top = resolve(import.meta.dirname, "..");

export interface BuildOptions {
  /** @default says nothing */
  readonly progress?: Progress;
  /** @default dist/ of this repository */
  readonly output?: string;
  readonly mirror?: string | undefined;
  /** Files that this image has beside its own, by their path without a slash in front: public keys, answers. */
  readonly added?: Readonly<Record<string, string>>;
  /** A flake that is offered by the image itself: its directory. @default none */
  readonly flake?: string | undefined;
  /** Renew the lock when the mirror has no more what it names. @default false */
  readonly relock?: boolean;
}

/** Builds vmlinuz, initrd, rootfs.squashfs, initrd-full, the kexec bundle and manifest.json; the same lock and sources give the same bytes. */
export async function build(options: BuildOptions = {}): Promise<Manifest> {
  const progress = options.progress ?? silent;
  const renew = () => renewLock({ mirror: options.mirror, progress });
  const lock = await readLock();
  const lacking = lackingSeeds(lock);
  if (lacking.length > 0) {
    if (options.relock) return buildFrom(await renew(), options, progress);
    throw new UserError(`The package lock lacks what image/packages.ts asks for: ${lacking.join(", ")}.`, {
      hint: "Renew it with scripts/lock.",
    });
  }
  try {
    return await buildFrom(lock, options, progress);
  } catch (error) {
    if (!(error instanceof GoneError) || !options.relock) throw error;
    return buildFrom(await renew(), options, progress);
  }
}

async function buildFrom(lock: Lock, options: BuildOptions, progress: Progress): Promise<Manifest> {
  const source = { lock, mirror: options.mirror, progress };
  const output = options.output ?? join(top, "dist");
  await mkdir(output, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), "dabei-build-"));
  const draft = await mkdtemp(join(output, ".part-"));
  try {
    const parts = await imageParts(source, scratch, options.added, options.flake);
    const { root, modules, layers } = parts;
    const squashfs = await progress.stage("squashfs", async (note) => {
      await writeSquashfs(layers, join(draft, "rootfs.squashfs"), note);
      const bytes = await readFile(join(draft, "rootfs.squashfs"));
      note(formatBytes(bytes.length));
      return bytes;
    });
    await progress.stage("initrd", async (note) => {
      const folder = join(top, "image/initrd");
      const small = await makeInitrd({ root, modules: parts.initrdModules, folder, squashfs });
      await writeFile(join(draft, "initrd"), small);
      await writeFile(join(draft, "initrd-full"), Buffer.concat([small, squashfsArchive(squashfs)]));
      await copyFile(join(root, "boot", `vmlinuz-${modules.release}`), join(draft, "vmlinuz"));
      note(formatBytes(small.length));
    });
    await progress.stage("kexec", async (note) => {
      const [kernel, initrd] = await Promise.all(
        ["vmlinuz", "initrd-full"].map((name) => readFile(join(draft, name))),
      );
      const folder = join(top, "image/kexec");
      const bundle = await makeKexecBundle({ root, folder, modules, kernel: kernel!, initrd: initrd! });
      await writeFile(join(draft, kexecBundle), bundle);
      note(formatBytes(bundle.length));
    });
    const packages = await describePackages(parts, lock);
    const manifest = { kernel: modules.release, files: await describeFiles(draft), packages };
    await writeFile(join(draft, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
    // Put in place at the very end: a build that is cut off leaves the last one whole, and a machine may be starting from it.
    for (const name of await readdir(draft)) await rename(join(draft, name), join(output, name));
    await pruneCache();
    return manifest;
  } finally {
    for (const directory of [scratch, draft]) await rm(directory, { recursive: true, force: true });
  }
}

async function describeFiles(directory: string): Promise<Manifest["files"]> {
  const names = (await readdir(directory)).sort();
  const entries = names.map(async (name) => {
    const bytes = await readFile(join(directory, name));
    return [name, { size: bytes.length, sha256: sha256(bytes) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
