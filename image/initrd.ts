import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import { type CpioEntry, padded, writeCpio } from "./cpio.ts";
import { addFolder } from "./tree/index.ts";
import type { KernelModules } from "./tree/modules.ts";
import type { Tree } from "./tree/tree.ts";

export interface InitrdInputs {
  /** The unpacked image group: busybox comes from it. */
  readonly root: string;
  readonly modules: KernelModules;
  /** The folder with init. */
  readonly folder: string;
  /** SHA-256 of the squashfs that this initrd will start, and no other. */
  readonly squashfs: string;
}

/** The small initrd: busybox, init, and the drivers that lead to the squashfs; compressed. */
export async function makeInitrd({ root, modules, folder, squashfs }: InitrdInputs): Promise<Buffer> {
  const own: Tree = new Map();
  await addFolder(own, folder, "initrd");
  const from = join(modules.directory, "lib/modules", modules.release);
  // busybox reads the text indexes; kmod's binary ones are for the squashfs.
  const indexes = ["modules.dep", "modules.alias", "modules.softdep"];
  for (const path of [...Object.keys(modules.purposes), ...indexes]) {
    const source = join(from, path);
    own.set(`lib/modules/${modules.release}/${path}`, { kind: "file", source, mode: 0o644, seed: "modules" });
  }
  const busybox = join(root, "usr/bin/busybox");
  own.set("bin/busybox", { kind: "file", source: busybox, mode: 0o755, seed: "busybox-static" });
  own.set("bin/sh", { kind: "link", target: "busybox", seed: "busybox-static" });
  const entries: CpioEntry[] = [
    ...["dev", "proc", "sys", "tmp"].map((path) => ({ path, kind: "directory" as const, mode: 0o755 })),
    // What init writes before it has mounted devtmpfs goes there.
    { path: "dev/console", kind: "character-device", mode: 0o600, major: 5, minor: 1 },
    {
      path: "rootfs.sha256",
      kind: "file",
      mode: 0o644,
      bytes: Buffer.from(`${squashfs}  rootfs.squashfs\n`),
    },
    ...(await Promise.all([...own].map(([path, entry]) => toCpio(path, entry)))),
  ];
  const archive = writeCpio(entries);
  const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 };
  return padded(zstdCompressSync(archive, { params, pledgedSrcSize: archive.length }));
}

async function toCpio(
  path: string,
  entry: Tree extends Map<string, infer E> ? E : never,
): Promise<CpioEntry> {
  if (entry.kind !== "file") return { path, ...entry };
  return { path, kind: "file", mode: entry.mode, bytes: await readFile(entry.source) };
}

/** A second archive, not compressed, that puts the squashfs beside init: it is compressed already. */
export function squashfsArchive(squashfs: Buffer): Buffer {
  return writeCpio([{ path: "rootfs.squashfs", kind: "file", mode: 0o644, bytes: squashfs }]);
}
