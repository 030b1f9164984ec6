import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Bytes, formatBytes, MiB } from "../../base/bytes.ts";
import type { Expected } from "../../plan/expected.ts";
import type { Finding, NixFailure } from "../facts.ts";
import { error, warning } from "./finding.ts";

/** What the evaluation of a usual NixOS takes at its peak, where nix has not told more: 400 to 900 MiB. */
const usualNeed: Bytes = 900 * MiB;
/** Of nix itself, with its libraries and what it has read of files. */
const nixItself: Bytes = 64 * MiB;

/**
 * What evaluating a host with its layout takes at its peak. A system is about four times what was asked of the host
 * before (file systems, boot loader, zfs), which nix has told the size of; and garbage is collected in between, so that
 * it is not more than usual.
 */
export function neededMemory(evaluation: Bytes | null): Bytes {
  return evaluation === null ? usualNeed : Math.min(usualNeed, nixItself + 4 * evaluation);
}

/** Made where a workstation lends its nix (scripts/deploy --build local). */
const ownNix = "/usr/bin/nix-here";

/**
 * Memory that programs can still have. Null where the kernel does not say, and where nix runs on another machine.
 * Source  proc_meminfo(5), MemAvailable
 */
export async function availableMemory(file = "/proc/meminfo", borrowed = ownNix): Promise<Bytes | null> {
  if (existsSync(borrowed)) return null;
  const text = await readFile(file, "utf8").catch(() => "");
  const kibibytes = /^MemAvailable:\s+(\d+)/m.exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

type Lateness = Pick<Expected, "mounted" | "mayBeLate">;

/** What follows from it: a check after the disks are written, or none where the answers forbid that. */
function consequence(reason: string, { mounted, mayBeLate }: Lateness): Finding {
  const when = mounted ? "when the installation has begun" : "after the disks are erased";
  if (!mayBeLate)
    return error(
      `${reason} \`flake.smallMemory: stop\` forbids to check the host ${when}: free memory or add some, or leave that out.`,
    );
  const place = mounted ? "in what is mounted at /mnt" : "on them";
  return warning(
    `${reason} The host is checked ${when} instead, with all that nix fetches ${place}; what is wrong with it is found only then.`,
  );
}

/** Whether there is enough to evaluate now, in words that follow others: "about 464.0 MiB of memory, 5.0 GiB are free". */
export function memoryFor(
  needed: Bytes,
  available: Bytes | null,
): { readonly words: string; readonly isEnough: boolean } {
  const need = `about ${formatBytes(needed)} of memory`;
  if (available === null) return { words: need, isEnough: true };
  return { words: `${need}, ${formatBytes(available)} are free`, isEnough: available >= needed };
}

/** Memory is too small, as memoryFor says it. */
export const tooSmall = (words: string, expected: Lateness): Finding =>
  consequence(`Evaluating the host takes ${words}.`, expected);

/** The memory ran out all the same. */
export const ranOut = (expected: Lateness): Finding =>
  consequence("The memory ran out while nix evaluated the host.", expected);

/** Whether nix failed for want of memory: files in RAM are memory, too. Not for what lies on a disk. */
export function isOutOfMemory({ isOutOfMemory, raw }: NixFailure): boolean {
  return isOutOfMemory === true || /cannot allocate memory|std::bad_alloc|No space left on device/i.test(raw);
}
