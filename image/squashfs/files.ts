import { createHash } from "node:crypto";
import { type FileHandle, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Tree } from "../tree/tree.ts";
import { dataBlockSize, inParallel, storeBlock } from "./blocks.ts";

/** Where a file's bytes lie in the image. */
export interface StoredFile {
  readonly size: number;
  readonly start: number;
  /** One word a whole block. */
  readonly blocks: readonly number[];
  /** The fragment that holds the rest, and where in it; undefined when there is no rest. */
  readonly rest: { readonly fragment: number; readonly offset: number } | undefined;
}

export interface StoredFragment {
  readonly start: number;
  readonly word: number;
}

/** Writes the bytes of files from an offset of the output on; equal files are stored once. */
export class FileWriter {
  readonly fragments: StoredFragment[] = [];
  /** Where the next byte goes. */
  end: number;
  readonly #output: FileHandle;
  readonly #known = new Map<string, StoredFile>();

  constructor(output: FileHandle, offset: number) {
    this.#output = output;
    this.end = offset;
  }

  /**
   * Stores the files of a layer, by path. Their rests share fragments with each other alone, so that a change in one
   * layer leaves the blocks of the others as they are.
   */
  async store(layer: Tree, note: (path: string) => void): Promise<Map<string, StoredFile>> {
    const stored = new Map<string, StoredFile>();
    const rests: Buffer[][] = [];
    let room = 0;
    for (const [path, entry] of [...layer].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (entry.kind !== "file") continue;
      note(path);
      const content = await readFile(entry.source);
      const digest = createHash("sha256").update(content).digest("hex");
      let file = this.#known.get(digest);
      if (!file) {
        const whole = content.length - (content.length % dataBlockSize);
        const rest = content.subarray(whole);
        if (rest.length > room) {
          rests.push([]);
          room = dataBlockSize;
        }
        const place = { fragment: this.fragments.length + rests.length - 1, offset: dataBlockSize - room };
        if (rest.length > 0) rests.at(-1)!.push(rest);
        room -= rest.length;
        const start = this.end;
        const blocks = await this.#write(cut(content.subarray(0, whole)));
        file = { size: content.length, start, blocks, rest: rest.length > 0 ? place : undefined };
        this.#known.set(digest, file);
      }
      stored.set(path, file);
    }
    note("small files");
    const starts: number[] = [];
    const words = await this.#write(
      rests.map((parts) => Buffer.concat(parts)),
      starts,
    );
    for (const [index, word] of words.entries()) this.fragments.push({ start: starts[index]!, word });
    return stored;
  }

  /** Compresses blocks side by side, and writes them one after another. */
  async #write(raw: readonly Buffer[], starts: number[] = []): Promise<number[]> {
    const blocks = await inParallel(raw, availableParallelism(), storeBlock);
    for (const { bytes } of blocks) {
      starts.push(this.end);
      await this.#output.write(bytes, 0, bytes.length, this.end);
      this.end += bytes.length;
    }
    return blocks.map(({ word }) => word);
  }
}

function cut(content: Buffer): Buffer[] {
  const count = Math.ceil(content.length / dataBlockSize);
  return Array.from({ length: count }, (_, index) =>
    content.subarray(index * dataBlockSize, (index + 1) * dataBlockSize),
  );
}
