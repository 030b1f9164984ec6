import type { Checksum, Compression } from "./choices.ts";

/** Values of ZFS properties: which there are, and what is wrong with one. Source zfsprops(7), OpenZFS 2.3. */

export const checksums: readonly Checksum[] = [
  "on",
  "fletcher4",
  "sha256",
  "sha512",
  "skein",
  "edonr",
  "blake3",
];

export function isCompression(value: string): value is Compression {
  const [, algorithm, level] = /^(zstd-fast|zstd|gzip|lz4|off)(?:-(\d+))?$/.exec(value) ?? [];
  if (algorithm === undefined) return false;
  if (level === undefined) return algorithm !== "zstd-fast";
  const steps = [...Array.from({ length: 10 }, (_, index) => index + 1), 20, 30, 40, 50, 60, 70, 80, 90];
  const levels: Record<string, (number: number) => boolean> = {
    zstd: (number) => number >= 1 && number <= 19,
    "zstd-fast": (number) => [...steps, 100, 500, 1000].includes(number),
    gzip: (number) => number >= 1 && number <= 9,
  };
  return levels[algorithm]?.(Number(level)) ?? false;
}

export function compressionProblem(value: string): string | null {
  return isCompression(value)
    ? null
    : "Compression is zstd, zstd-1 to zstd-19, lz4, gzip, gzip-1 to gzip-9, or off.";
}

export function checksumProblem(value: string): string | null {
  return checksums.some((name) => name === value) ? null : `Checksums are one of: ${checksums.join(", ")}.`;
}

/** Properties that a dataset may be given here; each with the values that make sense for it. */
const ofDatasets: Readonly<Record<string, RegExp>> = {
  acltype: /^(off|posix|posixacl|nfsv4)$/,
  atime: /^(on|off)$/,
  casesensitivity: /^(sensitive|insensitive|mixed)$/,
  checksum: /^(on|off|fletcher2|fletcher4|sha256|sha512|skein|edonr|blake3)$/,
  compression: /./,
  copies: /^[123]$/,
  dedup: /^(on|off|verify|sha256|sha512|skein|edonr|blake3)(,verify)?$/,
  devices: /^(on|off)$/,
  dnodesize: /^(legacy|auto|1k|2k|4k|8k|16k)$/,
  exec: /^(on|off)$/,
  logbias: /^(latency|throughput)$/,
  normalization: /^(none|formC|formD|formKC|formKD)$/,
  primarycache: /^(all|none|metadata)$/,
  quota: /^(none|\d+(\.\d+)?[KMGTP]?)$/i,
  recordsize: /^(512|1k|2k|4k|8k|16k|32k|64k|128k|256k|512k|1m|2m|4m|8m|16m)$/i,
  redundant_metadata: /^(all|most|some|none)$/,
  refquota: /^(none|\d+(\.\d+)?[KMGTP]?)$/i,
  relatime: /^(on|off)$/,
  reservation: /^(none|\d+(\.\d+)?[KMGTP]?)$/i,
  secondarycache: /^(all|none|metadata)$/,
  setuid: /^(on|off)$/,
  snapdir: /^(hidden|visible)$/,
  special_small_blocks: /^\d+[KM]?$/i,
  sync: /^(standard|always|disabled)$/,
  utf8only: /^(on|off)$/,
  xattr: /^(on|off|sa|dir)$/,
};

/** What is wrong with a dataset's property; null when ZFS takes it. User properties ("com.example:backup") are free. */
export function datasetPropertyProblem(name: string, value: string): string | null {
  if (/^[a-z0-9.+_-]*:[a-z0-9:.+_-]*$/.test(name) && name !== ":")
    return value.length <= 1024 ? null : `The value of ${name} is too long.`;
  const known = ofDatasets[name];
  if (!known) return `The property ${name} cannot be set here.`;
  if (name === "compression" ? isCompression(value) || value === "on" : known.test(value)) return null;
  return `The property ${name} cannot be ${value}.`;
}
