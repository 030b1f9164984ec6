import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Bytes, formatBytes } from "../../tui/base/bytes.ts";
import { UserError } from "../../tui/base/errors.ts";
import { cacheRoot, findUsed } from "../cache.ts";
import { formatDuration } from "../progress.ts";
import type { LockedPackage } from "./lock.ts";
import type { Mirror } from "./mirror.ts";

/** A locked file that the mirror has no more: Debian keeps only the newest version of a package. */
export class GoneError extends UserError {
  constructor(entry: LockedPackage) {
    super(`The mirror no longer has ${basename(entry.path)}, which the package lock names.`, {
      hint: "Renew the lock with scripts/lock, or build with --relock, which renews it and goes on.",
    });
  }
}

/** Where a package's file lies once it is fetched: named by its content, so every lock and branch shares it. */
export function debFile(entry: LockedPackage): string {
  return join(cacheRoot(), "debs", `${entry.sha256}.deb`);
}

/**
 * Fetches what the cache lacks, eight files at a time, and checks each against the lock.
 * Throws GoneError (not on the mirror), UserError (unreachable, or not the bytes that the lock names).
 */
export async function fetchPackages(
  packages: readonly LockedPackage[],
  mirror: () => Promise<Mirror>,
  note: (text: string) => void,
): Promise<void> {
  const there = await Promise.all(packages.map((entry) => findUsed(debFile(entry))));
  const missing = packages.filter((_, index) => !there[index]);
  if (missing.length === 0) return note(`${packages.length} packages, all in the cache`);
  await mkdir(join(cacheRoot(), "debs"), { recursive: true });
  const from = await mirror();
  const started = performance.now();
  const total = missing.reduce((sum, entry) => sum + entry.size, 0);
  let done = 0;
  let received = 0;
  const tell = (bytes: Bytes) => {
    received += bytes;
    const rate = received / ((performance.now() - started) / 1000 || 1);
    const left = formatDuration(((total - received) / rate) * 1000);
    const state = `${done} of ${missing.length} packages, ${formatBytes(received)} of ${formatBytes(total)}`;
    note(received < total ? `${state}, ${left} left` : state);
  };
  // The largest first, so that none of them is left over for a single connection at the end.
  const queue = missing.toSorted((a, b) => b.size - a.size);
  const worker = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      await fetchPackage(entry, from, tell);
      done++;
      tell(0);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

async function fetchPackage(
  entry: LockedPackage,
  mirror: Mirror,
  tell: (bytes: Bytes) => void,
): Promise<void> {
  const address = `${mirror[entry.archive]}/${entry.path}`;
  const part = `${debFile(entry)}.part`;
  for (let attempt = 1; ; attempt++) {
    try {
      await download(entry, address, part, tell);
      break;
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      // What has come stays in the part file: the next attempt, or the next build, goes on from there.
      if (attempt === 3) {
        throw new UserError(`${basename(entry.path)} could not be fetched from the mirror.`, {
          hint: `Look whether ${address} can be reached, or choose another mirror with --mirror.`,
          cause,
        });
      }
    }
  }
  if ((await sha256File(part)) !== entry.sha256) {
    await rm(part);
    throw new UserError(
      `${basename(entry.path)} from the mirror is not the file that the package lock names.`,
      {
        hint: "Try again, or another mirror with --mirror: a proxy or the mirror has changed the file.",
      },
    );
  }
  await rename(part, debFile(entry));
}

async function download(entry: LockedPackage, address: string, part: string, tell: (bytes: Bytes) => void) {
  const have = existsSync(part) ? (await stat(part)).size : 0;
  if (have === entry.size) return;
  const response = await fetch(address, have ? { headers: { range: `bytes=${have}-` } } : {});
  if (response.status === 404 || response.status === 410) throw new GoneError(entry);
  if (!response.ok || !response.body) throw new Error(`${address}: HTTP ${response.status}`);
  const resumed = response.status === 206;
  if (resumed) tell(have);
  const counted = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      tell(chunk.length);
      yield chunk;
    }
  };
  await pipeline(response.body, counted, createWriteStream(part, { flags: resumed ? "a" : "w" }));
}

/** SHA-256 of a file, in hex. */
export async function sha256File(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
