import { zstdCompressSync } from "node:zlib";
import { zstdOptions } from "./blocks.ts";

const blockSize = 8192;

/** Where something begins in a table: its compressed block's offset from the table's start, and the offset inside of it. */
export interface Position {
  readonly block: number;
  readonly offset: number;
}

/** Collects a table of the format: a run of blocks of 8 KiB, each compressed by itself behind its size. */
export class MetadataWriter {
  readonly #blocks: Buffer[] = [];
  /** Offsets of the compressed blocks from the table's start. */
  readonly starts: number[] = [];
  #pending = Buffer.alloc(0);
  #size = 0;

  /** Where the next byte will lie. */
  get position(): Position {
    return { block: this.#size, offset: this.#pending.length };
  }

  append(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= blockSize) this.#flush();
  }

  /** The whole table. Nothing may be appended afterwards. */
  finish(): Buffer {
    if (this.#pending.length > 0) this.#flush();
    return Buffer.concat(this.#blocks);
  }

  #flush(): void {
    const raw = this.#pending.subarray(0, blockSize);
    this.#pending = this.#pending.subarray(raw.length);
    const packed = zstdCompressSync(raw, zstdOptions(raw.length));
    const stored = packed.length < raw.length ? packed : raw;
    const header = Buffer.alloc(2);
    // The top bit says that the block is stored as it is.
    header.writeUInt16LE(stored === raw ? raw.length | 0x8000 : stored.length);
    this.starts.push(this.#size);
    this.#blocks.push(header, stored);
    this.#size += header.length + stored.length;
  }
}
