import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { writeSquashfs } from "../../../image/squashfs/write.ts";
import type { Entry, Tree } from "../../../image/tree/tree.ts";

let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "dabei-squashfs-"));
  vi.stubEnv("XDG_CACHE_HOME", join(home, "cache"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

let count = 0;
function file(content: string | Buffer, mode = 0o644): Entry {
  const source = join(home, `source-${count++}`);
  writeFileSync(source, content);
  return { kind: "file", source, mode, seed: "test" };
}

async function write(...layers: Tree[]): Promise<Buffer> {
  const output = join(home, `image-${count++}`);
  await writeSquashfs(layers, output);
  return readFileSync(output);
}

/** A reader for the parts of the format that are written, from the kernel's description of it. */
function read(image: Buffer): Record<string, { mode: number; content: Buffer | string | string[] }> {
  const long = (at: number) => Number(image.readBigUInt64LE(at));
  const metadata = (start: number, end: number) => {
    const blocks = new Map<number, number>();
    const parts: Buffer[] = [];
    let size = 0;
    for (let at = start; at < end; ) {
      const word = image.readUInt16LE(at);
      const raw = image.subarray(at + 2, at + 2 + (word & 0x7fff));
      blocks.set(at - start, size);
      const bytes = word & 0x8000 ? raw : zstdDecompressSync(raw);
      parts.push(bytes);
      size += bytes.length;
      at += 2 + raw.length;
    }
    const bytes = Buffer.concat(parts);
    return (block: number, offset: number) => bytes.subarray(blocks.get(block)! + offset);
  };
  const data = (start: number, word: number, size: number) => {
    const raw = image.subarray(start, start + (word & 0xffffff));
    return word === 0 ? Buffer.alloc(size) : word & (1 << 24) ? raw : zstdDecompressSync(raw);
  };
  expect(image.toString("latin1", 0, 4)).toBe("hsqs");
  expect(image.length % 4096).toBe(0);
  const blockSize = image.readUInt32LE(12);
  const fragmentCount = image.readUInt32LE(16);
  const inodes = metadata(long(64), long(72));
  const fragmentTable = fragmentCount ? long(long(80)) : long(80);
  const directories = metadata(long(72), fragmentTable);
  const fragments = fragmentCount ? metadata(fragmentTable, long(80))(0, 0) : Buffer.alloc(0);

  const result: ReturnType<typeof read> = {};
  const visit = (path: string, inode: Buffer) => {
    const [type, mode] = [inode.readUInt16LE(0), inode.readUInt16LE(2)];
    const word = (index: number) => inode.readUInt32LE(16 + 4 * index);
    if (type === 3) result[path] = { mode, content: inode.toString("utf8", 24, 24 + word(1)) };
    if (type === 2) {
      const [start, fragment, offset, size] = [word(0), word(1), word(2), word(3)];
      const whole = fragment === 0xffffffff ? Math.ceil(size / blockSize) : Math.floor(size / blockSize);
      const parts: Buffer[] = [];
      let at = start;
      for (let index = 0; index < whole; index++) {
        parts.push(data(at, word(4 + index), blockSize));
        at += word(4 + index) & 0xffffff;
      }
      if (fragment !== 0xffffffff) {
        const place = fragments.subarray(16 * fragment);
        const rest = data(Number(place.readBigUInt64LE(0)), place.readUInt32LE(8), blockSize);
        parts.push(rest.subarray(offset, offset + (size % blockSize)));
      }
      result[path] = { mode, content: Buffer.concat(parts) };
    }
    if (type === 8) {
      const names: string[] = [];
      const [size, block, offset] = [word(1) - 3, word(2), inode.readUInt16LE(34)];
      const listing = size > 0 ? directories(block, offset).subarray(0, size) : Buffer.alloc(0);
      for (let at = 0; at < listing.length; ) {
        const entries = listing.readUInt32LE(at) + 1;
        const inodeBlock = listing.readUInt32LE(at + 4);
        expect(entries).toBeLessThanOrEqual(256);
        at += 12;
        for (let index = 0; index < entries; index++) {
          const length = listing.readUInt16LE(at + 6) + 1;
          const name = listing.toString("utf8", at + 8, at + 8 + length);
          names.push(name);
          visit(path ? `${path}/${name}` : name, inodes(inodeBlock, listing.readUInt16LE(at)));
          at += 8 + length;
        }
      }
      result[path] = { mode, content: names };
    }
  };
  const root = long(32);
  visit("", inodes(Math.floor(root / 65536), root % 65536));
  return result;
}

test("files, links and directories come back, parents are made, the upper layer wins", async () => {
  const lower: Tree = new Map([
    ["usr/bin/sh", file("#!", 0o755)],
    ["etc/name", file("lower")],
    ["bin", { kind: "link", target: "usr/bin", seed: "test" }],
    ["tmp", { kind: "directory", mode: 0o1777, seed: "test" }],
    ["empty", file("")],
  ]);
  const image = read(await write(lower, new Map([["etc/name", file("upper")]])));
  expect(image[""]).toEqual({ mode: 0o755, content: ["bin", "empty", "etc", "tmp", "usr"] });
  expect(image["usr/bin/sh"]).toEqual({ mode: 0o755, content: Buffer.from("#!") });
  expect(image["etc/name"]!.content).toEqual(Buffer.from("upper"));
  expect(image.bin).toEqual({ mode: 0o777, content: "usr/bin" });
  expect(image.tmp).toEqual({ mode: 0o1777, content: [] });
  expect(image.empty!.content).toEqual(Buffer.alloc(0));
});

test("blocks of zeros take no place, equal files are stored once, large files are cut", async () => {
  const random = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * index * 31) >> 3));
  const large = Buffer.concat([random, Buffer.alloc(5_000_000), random]);
  const image = await write(
    new Map([
      ["one", file(large)],
      ["two", file(large)],
    ]),
  );
  expect(image.length).toBeLessThan(200_000);
  const { one, two } = read(image);
  expect((one!.content as Buffer).equals(large)).toBe(true);
  expect((two!.content as Buffer).equals(large)).toBe(true);
});

test("any tree comes back, and its order does not matter", async () => {
  const name = fc.stringMatching(/^[a-zé0-9._-]{1,12}$/).filter((it) => it !== "." && it !== "..");
  const content = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
  const files = fc.dictionary(
    fc.tuple(name, name).map((parts) => parts.join("/")),
    content,
    { maxKeys: 40, noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(files, async (contents) => {
      const entries = Object.entries(contents).map(([path, bytes]) => [path, file(bytes)] as const);
      const image = await write(new Map(entries));
      const back = read(image);
      for (const [path, bytes] of Object.entries(contents))
        expect((back[path]!.content as Buffer).equals(bytes)).toBe(true);
      expect((await write(new Map(entries.toReversed()))).equals(image)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test("a directory of a thousand, over many blocks of inodes", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `file-${String(index).padStart(4, "0")}`);
  const image = read(await write(new Map(names.map((name) => [`big/${name}`, file(name)]))));
  expect(image.big!.content).toEqual(names);
  for (const name of names) expect(image[`big/${name}`]!.content).toEqual(Buffer.from(name));
});
