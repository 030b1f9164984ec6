import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatBytes } from "../tui/base/bytes.ts";
import { makeInitrd, squashfsArchive } from "./initrd.ts";
import { renewLock } from "./lock.ts";
import { describePackages, type Manifest } from "./manifest.ts";
import { imageParts } from "./parts.ts";
import { type Progress, silent } from "./progress.ts";
import { GoneError, type Lock, packagesOf, readLock } from "./source/index.ts";
import { writeSquashfs } from "./squashfs/write.ts";

const top = resolve(import.meta.dirname, "..");

export interface BuildOptions {
  /** @default says nothing */
  readonly progress?: Progress;
  /** @default dist/ of this repository */
  readonly output?: string;
  readonly mirror?: string | undefined;
  /** Renew the lock when the mirror has no more what it names. @default false */
  readonly relock?: boolean;
}

/** Builds vmlinuz, initrd, rootfs.squashfs, initrd-full and manifest.json; the same lock and sources give the same bytes. */
export async function build(options: BuildOptions = {}): Promise<Manifest> {
  const progress = options.progress ?? silent;
  const lock = await readLock();
  try {
    return await buildFrom(lock, options, progress);
  } catch (error) {
    if (!(error instanceof GoneError) || !options.relock) throw error;
    return buildFrom(await renewLock({ mirror: options.mirror, progress }), options, progress);
  }
}

async function buildFrom(lock: Lock, options: BuildOptions, progress: Progress): Promise<Manifest> {
  const source = { lock, mirror: options.mirror, progress };
  const scratch = await mkdtemp(join(tmpdir(), "dabei-build-"));
  try {
    const parts = await imageParts(source, scratch);
    const { root, modules, layers } = parts;
    const output = options.output ?? join(top, "dist");
    await mkdir(output, { recursive: true });
    const place = (name: string) => join(output, name);
    const squashfs = await progress.stage("squashfs", async (note) => {
      await writeSquashfs(layers, place("rootfs.squashfs"), note);
      const bytes = await readFile(place("rootfs.squashfs"));
      note(formatBytes(bytes.length));
      return bytes;
    });
    await progress.stage("initrd", async (note) => {
      const folder = join(top, "image/initrd");
      const small = await makeInitrd({
        root,
        modules: parts.initrdModules,
        folder,
        squashfs: sha256(squashfs),
      });
      await writeFile(place("initrd"), small);
      await writeFile(place("initrd-full"), Buffer.concat([small, squashfsArchive(squashfs)]));
      await copyFile(join(root, "boot", `vmlinuz-${modules.release}`), place("vmlinuz"));
      note(formatBytes(small.length));
    });
    const manifest = await describe(output, lock, root, modules.release);
    await writeFile(place("manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
    return manifest;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function describe(output: string, lock: Lock, root: string, kernel: string): Promise<Manifest> {
  const names = (await readdir(output))
    .filter((name) => /^(vmlinuz|initrd|initrd-full|rootfs\.squashfs)$/.test(name))
    .sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(output, name));
      return [name, { size: bytes.length, sha256: sha256(bytes) }] as const;
    }),
  );
  return {
    kernel,
    files: Object.fromEntries(files),
    packages: await describePackages(root, packagesOf(lock, "image")),
  };
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
