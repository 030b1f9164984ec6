import { posix } from "node:path";
import type { Tree } from "../tree/tree.ts";
import type { StoredFile } from "./files.ts";
import { MetadataWriter, type Position } from "./metadata.ts";

// Kinds of inodes; listings name the extended directory as a basic one.
const DIRECTORY = 1;
const FILE = 2;
const LINK = 3;
const EXTENDED_DIRECTORY = 8;

/** "No such thing", where an index is expected. */
const none = 0xffffffff;
const entriesPerHeader = 256;

interface Inode {
  readonly name: Buffer;
  readonly type: number;
  readonly number: number;
  readonly position: Position;
}

export interface InodeTables {
  readonly inodes: Buffer;
  readonly directories: Buffer;
  readonly count: number;
  readonly root: Position;
}

/** Writes the inode and directory tables of a tree whose files are stored already. The root is the path "". */
export function writeInodes(tree: Tree, files: ReadonlyMap<string, StoredFile>): InodeTables {
  const children = childrenOf(tree);
  const numbers = new Map(
    [...children.values(), ["", "(above the root)"]].flat().map((path, index) => [path, index + 1]),
  );
  const inodes = new MetadataWriter();
  const directories = new MetadataWriter();

  const put = (path: string, type: number, mode: number, body: Buffer): Inode => {
    const number = numbers.get(path)!;
    const position = inodes.position;
    // Owner, group and time are 0: root, and 1970.
    inodes.append(Buffer.concat([words16(type, mode, 0, 0), words32(0, number), body]));
    const name = Buffer.from(posix.basename(path));
    return { name, type: type === EXTENDED_DIRECTORY ? DIRECTORY : type, number, position };
  };

  const putPath = (path: string): Inode => {
    const entry = tree.get(path);
    if (entry?.kind === "file") return put(path, FILE, entry.mode, fileBody(files.get(path)!));
    if (entry?.kind === "link") return put(path, LINK, 0o777, linkBody(entry.target));
    const below = (children.get(path) ?? []).map(putPath);
    const position = directories.position;
    const listing = listDirectory(below);
    directories.append(listing);
    const links = 2 + below.filter((child) => child.type === DIRECTORY).length;
    const parent = numbers.get(path === "" ? "(above the root)" : parentOf(path))!;
    const body = Buffer.concat([
      // The kernel takes 3 bytes as the size of "." and "..", which are not in the listing.
      words32(links, listing.length + 3, position.block, parent),
      words16(0, position.offset),
      words32(none),
    ]);
    return put(path, EXTENDED_DIRECTORY, entry?.mode ?? 0o755, body);
  };

  const root = putPath("").position;
  return { root, inodes: inodes.finish(), directories: directories.finish(), count: numbers.size - 1 };
}

/** For each directory the paths in it, in the order of their bytes; parents that have no entry are there as well. */
function childrenOf(tree: Tree): Map<string, string[]> {
  const paths = new Set<string>();
  for (const path of tree.keys()) {
    for (let above = path; above !== ""; above = parentOf(above)) paths.add(above);
  }
  const children = new Map<string, string[]>();
  for (const path of [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    children.set(parentOf(path), [...(children.get(parentOf(path)) ?? []), path]);
  }
  return children;
}

function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === "." ? "" : parent;
}

function fileBody({ size, start, blocks, rest }: StoredFile): Buffer {
  return words32(start, rest?.fragment ?? none, rest?.offset ?? 0, size, ...blocks);
}

function linkBody(target: string): Buffer {
  const bytes = Buffer.from(target);
  return Buffer.concat([words32(1, bytes.length), bytes]);
}

/** A header serves entries whose inodes lie in one block, 256 at most. */
function listDirectory(entries: readonly Inode[]): Buffer {
  const parts: Buffer[] = [];
  for (let first = 0; first < entries.length; ) {
    const { position, number } = entries[first]!;
    const others = entries.slice(first, first + entriesPerHeader);
    const end = others.findIndex((entry) => entry.position.block !== position.block);
    const group = end < 0 ? others : others.slice(0, end);
    parts.push(words32(group.length - 1, position.block, number));
    for (const entry of group) {
      const head = words16(entry.position.offset, 0, entry.type, entry.name.length - 1);
      head.writeInt16LE(entry.number - number, 2);
      parts.push(head, entry.name);
    }
    first += group.length;
  }
  return Buffer.concat(parts);
}

function words16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}

export function words32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}

export function words64(...values: number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
  return bytes;
}
