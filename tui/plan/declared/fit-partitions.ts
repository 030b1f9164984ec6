import type { Declared, DeclaredFileSystem } from "../evaluated.ts";
import { type Marks, marksOf } from "./device.ts";

/** Where boot loaders have their files; other FAT file systems are somebody's stick. */
const bootPlace = /^\/(boot|efi)/;

export function isEsp({ fsType, mountPoint }: DeclaredFileSystem): boolean {
  return fsType === "vfat" && bootPlace.test(mountPoint);
}

/** The ESPs that a host mounts, that of the boot loader first; and what cannot be made to fit. */
export function espsOf(
  { loader }: Declared,
  entries: readonly DeclaredFileSystem[],
): { found: { mountPoint: string; marks: Marks }[]; problems: string[] } {
  const rank = (mountPoint: string) => {
    const at = loader.espMounts.indexOf(mountPoint);
    return at < 0 ? loader.espMounts.length : at;
  };
  const problems: string[] = [];
  const found = entries
    .filter(isEsp)
    .sort((a, b) => rank(a.mountPoint) - rank(b.mountPoint) || (a.mountPoint < b.mountPoint ? -1 : 1))
    .flatMap(({ mountPoint, device, label }) => {
      const marks = marksOf(device, label, "vfat");
      if (!("reason" in marks)) return { mountPoint, marks };
      problems.push(
        `${mountPoint} is found by ${device ?? label}: ${marks.reason}. Name it by /dev/disk/by-label/BOOT or by-partlabel, and its ESP is made to fit.`,
      );
      return [];
    });
  // A host without one gets it where its boot loader looks for it.
  const added = found.length === 0 ? [{ mountPoint: loader.espMounts[0] ?? "/boot", marks: {} }] : [];
  return { found: [...found, ...added], problems };
}

/** The swap partitions that a host uses; and what cannot be made to fit. */
export function swapOf({ swapDevices }: Declared): {
  found: { marks: Marks; isRandom: boolean }[];
  problems: string[];
} {
  const problems: string[] = [];
  const found = swapDevices.flatMap(({ device, randomEncryption }) => {
    const marks = marksOf(device, null, "swap");
    if ("reason" in marks) {
      problems.push(
        device.startsWith("/dev/zvol/") || !device.startsWith("/dev/")
          ? `Swap on ${device} would be on the pool, where swapping can block for ever. Use a partition, /dev/disk/by-partlabel/swap for instance, or zramSwap.`
          : `Swap is found by ${device}: ${marks.reason}. Name it by /dev/disk/by-partlabel/swap, and its partition is made to fit.`,
      );
      return [];
    }
    if (randomEncryption && !("partLabel" in marks || "partGuid" in marks))
      problems.push(
        `Swap with a random key is found by ${device}, which it overwrites at each boot. Name it by /dev/disk/by-partlabel/swap.`,
      );
    return { marks, isRandom: randomEncryption };
  });
  return { found, problems };
}
