import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, type ZstdOptions, zstdCompress } from "node:zlib";
import { cacheRoot, findUsed } from "../cache.ts";

/** Size of the blocks that files are cut into. The largest there is: 2 MB smaller than 128 KiB, and no slower to start from. */
export const dataBlockSize = 1 << 20;

/** A block as it is stored, and the word that describes it in an inode or in the fragment table. */
export interface StoredBlock {
  readonly bytes: Buffer;
  readonly word: number;
}

const compress = promisify<Buffer, ZstdOptions, Buffer>(zstdCompress);

/** The kernel reserves a window of one block, so a larger one could not be read. */
export function zstdOptions(size: number): ZstdOptions {
  const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 20 };
  return { params, pledgedSrcSize: size };
}

/** Compresses bytes with zstd, or finds them compressed by an earlier build: what did not change is never done again. */
export async function compressCached(raw: Buffer): Promise<Buffer> {
  const digest = createHash("sha256").update(`zstd ${process.versions.zstd} 19\n`).update(raw).digest("hex");
  const home = join(cacheRoot(), "blocks");
  const file = join(home, digest);
  if (!(await findUsed(file))) {
    const packed = await compress(raw, zstdOptions(raw.length));
    await mkdir(home, { recursive: true });
    // Equal blocks may be compressed side by side.
    const part = `${file}.${randomUUID()}.part`;
    await writeFile(part, packed);
    await rename(part, file);
  }
  return readFile(file);
}

/** Stores a block of a file: zeros take no place at all, and what does not shrink is left as it is. */
export async function storeBlock(raw: Buffer): Promise<StoredBlock> {
  if (raw.every((byte) => byte === 0)) return { bytes: Buffer.alloc(0), word: 0 };
  const packed = await compressCached(raw);
  if (packed.length < raw.length) return { bytes: packed, word: packed.length };
  return { bytes: raw, word: raw.length | (1 << 24) };
}

/** Runs the work on all items, a few at a time; answers in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
