/** What the dynamic loader reads of a program or library. Paths and names as written in the file. */
export interface Linkage {
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  /** Directories searched first; $ORIGIN is the file's own. */
  readonly runpath: readonly string[];
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const SHT_SYMTAB = 2;

/** Whether bytes begin like a 64-bit little-endian ELF file. */
export function isElf(bytes: Buffer): boolean {
  return bytes.length >= 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
}

/** Reads the linkage of an ELF file; nothing is needed by a static one. Source  elf(5) */
export function readLinkage(elf: Buffer): Linkage {
  const segments = readSegments(elf);
  const interpreter = segments.find((segment) => segment.type === PT_INTERP);
  const dynamic = segments.find((segment) => segment.type === PT_DYNAMIC);
  const tags = dynamic ? readPairs(elf.subarray(dynamic.offset, dynamic.offset + dynamic.size)) : [];
  const table = tags.find(([tag]) => tag === DT_STRTAB);
  const strings = table ? fileOffset(segments, table[1]) : 0;
  const texts = (...wanted: number[]) =>
    tags.filter(([tag]) => wanted.includes(tag)).map(([, value]) => readString(elf, strings + value));
  return {
    interpreter: interpreter && readString(elf, interpreter.offset),
    needed: texts(DT_NEEDED),
    runpath: texts(DT_RPATH, DT_RUNPATH).flatMap((path) => path.split(":")),
  };
}

/** Where a symbol of the full symbol table lies in the file, and its size. Undefined where a strip has removed it. */
export function findSymbol(elf: Buffer, name: string): { offset: number; size: number } | undefined {
  const start = Number(elf.readBigUInt64LE(0x28));
  const entry = elf.readUInt16LE(0x3a);
  const section = (index: number) => {
    const at = start + index * entry;
    const field = (offset: number) => Number(elf.readBigUInt64LE(at + offset));
    return {
      type: elf.readUInt32LE(at + 4),
      offset: field(0x18),
      size: field(0x20),
      link: elf.readUInt32LE(at + 0x28),
    };
  };
  const sections = Array.from({ length: elf.readUInt16LE(0x3c) }, (_, index) => section(index));
  const symbols = sections.find(({ type }) => type === SHT_SYMTAB);
  if (!symbols) return undefined;
  const names = sections[symbols.link]!;
  // One search for the name's bytes is far cheaper than reading the names of a million symbols.
  const found = elf.subarray(names.offset, names.offset + names.size).indexOf(`\0${name}\0`) + 1;
  if (found === 0) return undefined;
  for (let at = symbols.offset; at < symbols.offset + symbols.size; at += 24) {
    if (elf.readUInt32LE(at) !== found) continue;
    const offset = fileOffset(readSegments(elf), Number(elf.readBigUInt64LE(at + 8)));
    return { offset, size: Number(elf.readBigUInt64LE(at + 16)) };
  }
  return undefined;
}

function readSegments(elf: Buffer): Segment[] {
  if (!isElf(elf)) throw new Error("not a 64-bit little-endian ELF file");
  const start = Number(elf.readBigUInt64LE(0x20));
  const entry = elf.readUInt16LE(0x36);
  return Array.from({ length: elf.readUInt16LE(0x38) }, (_, index) => {
    const at = start + index * entry;
    return {
      type: elf.readUInt32LE(at),
      offset: Number(elf.readBigUInt64LE(at + 8)),
      address: Number(elf.readBigUInt64LE(at + 16)),
      size: Number(elf.readBigUInt64LE(at + 32)),
    };
  });
}

/** The tag and value pairs of a dynamic section, up to its end mark. */
function readPairs(bytes: Buffer): [tag: number, value: number][] {
  const pairs: [number, number][] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = Number(bytes.readBigInt64LE(at));
    if (tag === 0) break;
    pairs.push([tag, Number(bytes.readBigUInt64LE(at + 8))]);
  }
  return pairs;
}

function fileOffset(segments: readonly Segment[], address: number): number {
  const holder = segments.find(
    (it) => it.type === PT_LOAD && address >= it.address && address < it.address + it.size,
  );
  if (!holder) throw new Error(`address 0x${address.toString(16)} is in no segment of the file`);
  return holder.offset + address - holder.address;
}

function readString(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at, bytes.indexOf(0, at));
}
