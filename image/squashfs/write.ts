import { open } from "node:fs/promises";
import type { Tree } from "../tree/tree.ts";
import { dataBlockSize } from "./blocks.ts";
import { FileWriter, type StoredFile } from "./files.ts";
import { words32, words64, writeInodes } from "./inodes.ts";
import { MetadataWriter } from "./metadata.ts";

const superblockSize = 96;
const zstd = 6;
const noXattrs = 0x0200;
const duplicatesShared = 0x0040;
const noTable = 0xffff_ffff_ffff_ffffn;

/**
 * Writes a squashfs of zstd blocks, owned by root, all times 0. Its bytes depend on the layers alone.
 * Layers lie over each other, the last on top. Unchanged blocks come from the cache, so that a change in a small layer
 * takes seconds, where mksquashfs would compress everything again.
 *
 * Source  linux/fs/squashfs/squashfs_fs.h, version 4.0
 */
export async function writeSquashfs(
  layers: readonly Tree[],
  file: string,
  note: (text: string) => void = () => {},
): Promise<void> {
  const output = await open(file, "w");
  try {
    const files = new Map<string, StoredFile>();
    const tree: Tree = new Map();
    const data = new FileWriter(output, superblockSize);
    for (const layer of layers) {
      for (const [path, stored] of await data.store(layer, note)) files.set(path, stored);
      for (const [path, entry] of layer) tree.set(path, entry);
    }
    let end = data.end;
    const append = async (bytes: Buffer): Promise<number> => {
      const start = end;
      await output.write(bytes, 0, bytes.length, start);
      end += bytes.length;
      return start;
    };
    const tables = writeInodes(tree, files);
    const inodes = await append(tables.inodes);
    const directories = await append(tables.directories);
    const fragments = await appendIndexed(
      append,
      data.fragments.map(({ start, word }) => Buffer.concat([words64(start), words32(word, 0)])),
    );
    const ids = await appendIndexed(append, [words32(0)]);
    const superblock = Buffer.alloc(superblockSize);
    superblock.write("hsqs", "latin1");
    superblock.writeUInt32LE(tables.count, 4);
    superblock.writeUInt32LE(dataBlockSize, 12);
    superblock.writeUInt32LE(data.fragments.length, 16);
    superblock.writeUInt16LE(zstd, 20);
    superblock.writeUInt16LE(Math.log2(dataBlockSize), 22);
    superblock.writeUInt16LE(noXattrs | duplicatesShared, 24);
    superblock.writeUInt16LE(1, 26);
    superblock.writeUInt16LE(4, 28);
    words64(tables.root.block * 0x10000 + tables.root.offset, end, ids).copy(superblock, 32);
    superblock.writeBigUInt64LE(noTable, 56);
    words64(inodes, directories, fragments).copy(superblock, 64);
    superblock.writeBigUInt64LE(noTable, 88);
    await output.write(superblock, 0, superblock.length, 0);
    // A loop device has whole pages.
    await output.truncate(Math.ceil(end / 4096) * 4096);
  } finally {
    await output.close();
  }
}

/** Appends a table and behind it the places of its blocks, which is what the superblock points to. */
async function appendIndexed(
  append: (bytes: Buffer) => Promise<number>,
  entries: readonly Buffer[],
): Promise<number> {
  const table = new MetadataWriter();
  for (const entry of entries) table.append(entry);
  const bytes = table.finish();
  const start = await append(bytes);
  return append(words64(...table.starts.map((offset) => start + offset)));
}
