import type { Finding } from "../facts.ts";
import { warning } from "./finding.ts";

/** What is amiss with caches. nix only warns, and would then build everything. */
export function cacheFindings(stderr: string): Finding[] {
  const findings: Finding[] = [];
  if (stderr.includes("you don't have Internet access")) {
    findings.push(
      warning("No network interface has an address, so nothing can be downloaded. Set up the network first."),
    );
  }
  const gone = new Set(
    [...stderr.matchAll(/unable to download '(\w+:\/\/[^/']+)[^']*\/nix-cache-info'/g)].map(([, url]) => url),
  );
  for (const url of gone) {
    findings.push(
      warning(`The cache ${url} cannot be reached: what only it has would be built on this machine.`),
    );
  }
  const unsigned = new Set(
    [...stderr.matchAll(/ignoring substitute for '[^']*' from '([^']*)', as it's not signed/g)].map(
      ([, url]) => url,
    ),
  );
  for (const url of unsigned) {
    findings.push(
      warning(
        `What the cache ${url} offers is signed by no trusted key and is not used: it would be built on this machine.`,
      ),
    );
  }
  return findings;
}
