import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CpioEntry, padded, writeCpio } from "./cpio.ts";
import { compressCached } from "./squashfs/blocks.ts";
import { addFolder } from "./tree/index.ts";
import type { KernelModules } from "./tree/modules.ts";
import type { Entry, Tree } from "./tree/tree.ts";

export interface InitrdInputs {
  /** The unpacked image group: busybox comes from it. */
  readonly root: string;
  readonly modules: KernelModules;
  /** The folder with init. */
  readonly folder: string;
  /** The squashfs that this initrd will start, and no other. */
  readonly squashfs: Buffer;
}

/**
 * The small initrd, in two archives: busybox with the drivers that lead to the squashfs, which seldom change; and init
 * with the digest, which change with every build.
 */
export async function makeInitrd({ root, modules, folder, squashfs }: InitrdInputs): Promise<Buffer> {
  const drivers: Tree = new Map();
  const from = join(modules.directory, "lib/modules", modules.release);
  // busybox reads the text indexes; kmod's binary ones are for the squashfs.
  const indexes = ["modules.dep", "modules.alias", "modules.softdep"];
  for (const path of [...Object.keys(modules.purposes), ...indexes]) {
    const source = join(from, path);
    drivers.set(`lib/modules/${modules.release}/${path}`, {
      kind: "file",
      source,
      mode: 0o644,
      seed: "modules",
    });
  }
  const busybox = join(root, "usr/bin/busybox");
  drivers.set("bin/busybox", { kind: "file", source: busybox, mode: 0o755, seed: "busybox-static" });
  drivers.set("bin/sh", { kind: "link", target: "busybox", seed: "busybox-static" });
  const own: Tree = new Map();
  await addFolder(own, folder, "initrd");
  const archives = [
    writeCpio(await toCpio(drivers)),
    writeCpio([
      ...["dev", "proc", "sys", "tmp"].map((path) => ({ path, kind: "directory" as const, mode: 0o755 })),
      // What init writes before it has mounted devtmpfs goes there.
      { path: "dev/console", kind: "character-device", mode: 0o600, major: 5, minor: 1 },
      // By SHA-256 people name it (dabei.squashfs.sha256=); SHA-512 is what init checks.
      ...["sha256", "sha512"].map((algorithm) => ({
        path: `rootfs.${algorithm}`,
        kind: "file" as const,
        mode: 0o644,
        bytes: Buffer.from(`${hash(algorithm, squashfs, "hex")}  rootfs.squashfs\n`),
      })),
      ...(await toCpio(own)),
    ]),
  ];
  return Buffer.concat(
    await Promise.all(archives.map(async (archive) => padded(await compressCached(archive)))),
  );
}

function toCpio(tree: Tree): Promise<CpioEntry[]> {
  const convert = async ([path, entry]: [string, Entry]): Promise<CpioEntry> => {
    if (entry.kind !== "file") return { path, ...entry };
    return { path, kind: "file", mode: entry.mode, bytes: await readFile(entry.source) };
  };
  return Promise.all([...tree].map(convert));
}

/** One more archive, not compressed, that puts the squashfs beside init: it is compressed already. */
export function squashfsArchive(squashfs: Buffer): Buffer {
  return writeCpio([{ path: "rootfs.squashfs", kind: "file", mode: 0o644, bytes: squashfs }]);
}
