import { type Bytes, formatBytes, MiB, parseBytes } from "../../base/bytes.ts";
import type { Exec } from "../../base/exec.ts";
import type { Finding } from "../facts.ts";
import { type NixOptions, runNix } from "../nix.ts";
import { type CacheWishes, cacheFindings } from "./caches.ts";
import { error, ok } from "./finding.ts";
import { type PathSize, pathSizes } from "./path-sizes.ts";

export interface Sizes {
  readonly download: Bytes;
  readonly unpacked: Bytes;
  readonly builds: number;
  /** Paths that come from a cache. */
  readonly paths: readonly string[];
}

/** What is to be downloaded and built for a derivation: exact bytes where the caches tell, nix's rounded totals else. */
export async function sizesOf(
  exec: Exec,
  drv: string,
  options: NixOptions,
  wishes: CacheWishes,
): Promise<{ sizes: Sizes; known: ReadonlyMap<string, PathSize>; findings: Finding[] }> {
  const { stderr } = await runNix(exec, ["build", "--dry-run", "--no-link", `${drv}^*`], options);
  const rounded = parseDryRun(stderr);
  const known = await pathSizes(exec, rounded.paths, options);
  const unsigned = [...new Set([...known.values()].flatMap(({ unsignedIn }) => unsignedIn ?? []))];
  return { sizes: exactSizes(rounded, known), known, findings: cacheFindings(stderr, unsigned, wishes) };
}

/** Reads what `nix build --dry-run` says on stderr. Sizes are rounded to a hundredth of their unit by nix. */
export function parseDryRun(stderr: string): Sizes {
  const fetched = /will be fetched \(([\d.]+ \w+) download, ([\d.]+ \w+) unpacked\)/.exec(stderr);
  const built = /(?:these (\d+) derivations|(this) derivation) will be built/.exec(stderr);
  return {
    download: parseBytes(fetched?.[1] ?? "0") ?? 0,
    unpacked: parseBytes(fetched?.[2] ?? "0") ?? 0,
    builds: built ? Number(built[1] ?? 1) : 0,
    paths: fetchedPaths(stderr),
  };
}

/** The indented lines below the totals. */
function fetchedPaths(stderr: string): string[] {
  const lines = stderr.split("\n");
  const from = lines.findIndex((line) => /paths? will be fetched/.test(line));
  if (from < 0) return [];
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => !/^\s+\/nix\/store\//.test(line));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) => line.trim());
}

function exactSizes(rounded: Sizes, known: ReadonlyMap<string, PathSize>): Sizes {
  const all = rounded.paths.map((path) => known.get(path));
  if (all.length === 0 || all.includes(undefined)) return rounded;
  const sum = (key: "download" | "unpacked") => all.reduce((total, size) => total + (size?.[key] ?? 0), 0);
  return { ...rounded, download: sum("download"), unpacked: sum("unpacked") };
}

/** What is made here comes on top of what is downloaded: sources and generated files. */
const madeHere: Bytes = 64 * MiB;

const sizeWords = ({ download, unpacked }: Sizes) =>
  `${formatBytes(download)} to download, ${formatBytes(unpacked)} unpacked`;

/** What is amiss with the caches of what disko's script needs, and whether that has room in RAM: there is nothing else before it has run. */
export async function scriptFindings(
  exec: Exec,
  drv: string,
  options: NixOptions,
  wishes: CacheWishes,
  available: () => Promise<Bytes | null>,
): Promise<Finding[]> {
  const { sizes, findings } = await sizesOf(exec, drv, options, wishes);
  const free = await available();
  const words = `disko's script, in memory: ${sizeWords(sizes)}`;
  if (free === null || sizes.unpacked + madeHere <= free) return [...findings, ok(`${words}.`)];
  const sentence = `${words}, and ${formatBytes(free)} are free. Nothing else can hold it before the disks are made: add memory, or lay them out by hand and install into /mnt.`;
  return [...findings, error(sentence)];
}

/** Whether it all has room in `place`, and how long it takes on a line of a usual speed. */
export function spaceFinding(needed: Sizes, usable: Bytes | null, place = "the pool"): Finding {
  const { download, unpacked, builds } = needed;
  const building = builds > 0 ? `, ${builds} to build` : "";
  const sizes = `${sizeWords(needed)}${building}`;
  // Compression is not counted on.
  if (usable !== null && unpacked + madeHere > usable) {
    const exact = `${unpacked} bytes and ${madeHere / MiB} MiB for what is made here, of ${usable}`;
    return error(
      `${sizes}: more than the ${formatBytes(usable)} that ${place} has for it (${exact}). Choose larger disks or another layout.`,
    );
  }
  const minutes = Math.round(download / (100_000_000 / 8) / 60);
  const line = minutes > 0 ? `; about ${minutes} min at 100 Mbit/s` : "";
  return ok(`${sizes}${usable === null ? "" : `; ${place} has ${formatBytes(usable)}`}${line}.`);
}
