/** A number of bytes. */
export type Bytes = number;

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
export const TiB = 1024 * GiB;

const units: readonly [name: string, size: Bytes][] = [
  ["TiB", TiB],
  ["GiB", GiB],
  ["MiB", MiB],
  ["KiB", KiB],
];

/** Writes a size in binary units with one decimal: "894.3 GiB", "512 B". */
export function formatBytes(bytes: Bytes): string {
  // 1023.95 MiB would print as "1024.0 MiB": the next unit takes over where rounding would.
  const unit = units.find(([, size]) => bytes >= size * 0.99995 && bytes >= KiB);
  return unit ? `${(bytes / unit[1]).toFixed(1)} ${unit[0]}` : `${bytes} B`;
}

/**
 * Reads "8G", "512 MiB", "1.5 TiB" or a plain number of bytes. K, M, G and T are binary, as in zfs and qemu.
 * Answers undefined where the text is no size.
 */
export function parseBytes(text: string): Bytes | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([KMGT])(?:i?B)?|B)?\s*$/i.exec(text);
  if (!match) return undefined;
  const scale = { K: KiB, M: MiB, G: GiB, T: TiB }[(match[2] ?? "").toUpperCase()] ?? 1;
  return Math.round(Number(match[1]) * scale);
}
