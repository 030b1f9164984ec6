import type { Bytes } from "../../base/bytes.ts";
import type { Exec } from "../../base/exec.ts";
import { FlakeError } from "../errors.ts";
import { type NixOptions, runNix } from "../nix.ts";

export interface PathSize {
  readonly download: Bytes;
  readonly unpacked: Bytes;
  /** The cache that offers it without a signature by a trusted key: a dry run counts it all the same. */
  readonly unsignedIn?: string;
}

/** So many paths in one call: a command line has its limits. */
const chunk = 500;

/** Sizes of paths by what the caches' narinfo say; nix has most of it in its own cache after a dry run. */
export async function pathSizes(
  exec: Exec,
  paths: readonly string[],
  options: NixOptions,
): Promise<Map<string, PathSize>> {
  const sizes = new Map<string, PathSize>();
  if (paths.length === 0) return sizes;
  const { stdout } = await runNix(exec, ["config", "show", "substituters"], options);
  for (const cache of stdout.split(/\s+/).filter(Boolean)) {
    // What one cache has not signed another may have.
    const missing = paths.filter((path) => sizes.get(path)?.unsignedIn ?? !sizes.has(path));
    try {
      for (let from = 0; from < missing.length; from += chunk)
        for (const entry of await sizesIn(exec, cache, missing.slice(from, from + chunk), options))
          sizes.set(...entry);
    } catch (problem) {
      // A cache that is gone is told by the dry run; the totals are rounded then.
      if (!(problem instanceof FlakeError)) throw problem;
    }
  }
  return sizes;
}

/**
 * What one cache has of these paths.
 *
 * Prints  an object: {"/nix/store/…": {"narSize": 1, "downloadSize": 1, …} | null}, exit code 0 also for null. Measured with nix 2.26
 */
async function sizesIn(
  exec: Exec,
  cache: string,
  paths: readonly string[],
  options: NixOptions,
): Promise<[string, PathSize][]> {
  const { stdout } = await runNix(exec, ["path-info", "--store", cache, "--json", ...paths], options);
  const answer = JSON.parse(stdout) as Record<string, Info | null>;
  const known = Object.entries(answer).flatMap(([path, info]) => (info ? [{ path, info }] : []));
  const untrusted = await untrustedIn(
    exec,
    cache,
    known.map(({ path }) => path),
    options,
  );
  return known.map(({ path, info: { narSize, downloadSize } }) => [
    path,
    {
      download: downloadSize ?? narSize,
      unpacked: narSize,
      ...(untrusted.has(path) ? { unsignedIn: cache } : {}),
    },
  ]);
}

/**
 * Which paths carry no signature that a trusted key has made: judged by nix itself, as it will when it has them. A key of
 * the right name alone proves nothing.
 *
 * Prints  path '/nix/store/…' is untrusted   on stderr, one a path; the exit code has bit 2 then. Measured with nix 2.26
 */
async function untrustedIn(
  exec: Exec,
  cache: string,
  paths: readonly string[],
  options: NixOptions,
): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const words = ["store", "verify", "--no-contents", "--store", cache, ...paths];
  const { stderr } = await runNix(exec, words, { ...options, accept: [0, 2] });
  return new Set([...stderr.matchAll(/^path '([^']+)' is untrusted/gm)].flatMap(([, path]) => path ?? []));
}

interface Info {
  readonly narSize: number;
  readonly downloadSize?: number;
}
