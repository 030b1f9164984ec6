import type { Substituter } from "../../plan/step.ts";
import type { Finding } from "../facts.ts";
import { error, warning } from "./finding.ts";

/** What is said of caches that somebody named: they are wanted, and nix would build all that they have without a word. */
export interface CacheWishes {
  readonly substituters: readonly Substituter[];
  readonly missingCache?: "stop" | "build";
}

const wayOut = "b goes on without it, and builds; in an answer file that is `flake.missingCache: build`.";

/** What is amiss with caches; `unsigned` are those of unsigned paths. nix only warns, and would then build everything. */
export function cacheFindings(
  stderr: string,
  unsigned: readonly string[],
  { substituters, missingCache }: CacheWishes,
): Finding[] {
  const findings: Finding[] = [];
  if (stderr.includes("you don't have Internet access")) {
    findings.push(
      warning("No network interface has an address, so nothing can be downloaded. Set up the network first."),
    );
  }
  const told = (url: string, sentence: string): Finding => {
    const isNamed = substituters.some((one) => one.url.startsWith(url) || url.startsWith(one.url));
    return isNamed && missingCache !== "build" ? error(`${sentence} ${wayOut}`) : warning(sentence);
  };
  for (const url of found(stderr, /unable to download '(\w+:\/\/[^/']+)[^']*\/nix-cache-info'/g))
    findings.push(
      told(url, `The cache ${url} cannot be reached: what only it has would be built on this machine.`),
    );
  const ignored = found(stderr, /ignoring substitute for '[^']*' from '([^']*)', as it's not signed/g);
  for (const url of new Set([...ignored, ...unsigned]))
    findings.push(
      told(
        url,
        `What the cache ${url} offers is signed by no trusted key and is not used: it would be built on this machine.`,
      ),
    );
  return findings;
}

function found(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].flatMap(([, url]) => url ?? []));
}
