/** A plain file of a tar archive. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** @default 0o644 */
  readonly mode?: number;
}

const block = 512;

/**
 * The members of a tar archive, in the order given, dated 1970 and owned by root; `tarEnd` has to follow the last of them.
 * Source  ustar: POSIX.1-1988, as in tar(5) of libarchive
 */
export function tarMembers(files: readonly TarFile[]): Buffer {
  return Buffer.concat(
    files.flatMap(({ path, bytes, mode = 0o644 }) => [
      header(path, bytes.length, mode),
      bytes,
      Buffer.alloc(-bytes.length & (block - 1)),
    ]),
  );
}

/** Two empty blocks. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);

function header(path: string, size: number, mode: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long for a plain tar header`);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const fields: readonly [offset: number, text: string][] = [
    [0, path],
    [100, octal(mode, 8)],
    [108, octal(0, 8)], // owner
    [116, octal(0, 8)], // group
    [124, octal(size, 12)],
    [136, octal(0, 12)], // time
    [148, "        "], // the checksum counts itself as spaces
    [156, "0"], // a regular file
    [257, "ustar\0"],
    [263, "00"],
  ];
  for (const [offset, text] of fields) bytes.write(text, offset, "latin1");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}
