/** One member of a cpio archive; owned by root, with the time 0. */
export type CpioEntry = { readonly path: string } & (
  | { readonly kind: "file"; readonly bytes: Buffer; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "directory"; readonly mode: number }
  | {
      readonly kind: "character-device";
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    }
);

const types = { directory: 0o040000, "character-device": 0o020000, file: 0o100000, link: 0o120000 } as const;

/**
 * A "newc" archive of the entries, with the parent directories that they lack, in the order of their paths: the kernel
 * makes no parents by itself. The same entries in any order give the same bytes. Throws an Error for a path given twice.
 * Source  linux/Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  if (all.size < entries.length) throw new Error("a path is given twice");
  for (const { path } of entries) {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      if (!all.has(parent)) all.set(parent, { path: parent, kind: "directory", mode: 0o755 });
    }
  }
  const sorted = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const members = sorted.map((entry, index) => member(entry, index + 1));
  return Buffer.concat([
    ...members,
    member({ path: "TRAILER!!!", kind: "file", bytes: Buffer.alloc(0), mode: 0 }, 0),
  ]);
}

function member(entry: CpioEntry, inode: number): Buffer {
  const name = Buffer.from(`${entry.path}\0`);
  const body = entry.kind === "file" ? entry.bytes : Buffer.from(entry.kind === "link" ? entry.target : "");
  const permissions = entry.kind === "link" ? 0o777 : entry.mode;
  const [major, minor] = entry.kind === "character-device" ? [entry.major, entry.minor] : [0, 0];
  const mode = inode === 0 ? 0 : types[entry.kind] | permissions;
  const links = entry.kind === "directory" ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, body.length, 0, 0, major, minor, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(body)]);
}

/** Ends at a multiple of 4, as the next member, and the next archive of an initrd, must begin there. */
export function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
