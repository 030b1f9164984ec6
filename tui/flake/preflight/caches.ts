import type { Exec } from "../../base/exec.ts";
import type { Expected } from "../../plan/expected.ts";
import type { Finding } from "../facts.ts";
import { type NixOptions, runNix } from "../nix.ts";
import { error, warning } from "./finding.ts";

/** What is said of caches that somebody named: they are wanted, and nix would build all that they have without a word. */
export type CacheWishes = Expected["caches"];

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
  for (const url of found(stderr, /unable to download '(\w+:\/\/[^']+)\/nix-cache-info'/g))
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

/** Keys that nix would stop at, without saying which. An ed25519 public key has 32 bytes. */
export function keyFindings({ substituters }: CacheWishes): Finding[] {
  const isKey = (text: string) => /^[^:\s]+:[A-Za-z0-9+/]{43}=$/.test(text.trim());
  // A cache without a key is one whose paths others have signed.
  const wrong = substituters.filter(({ publicKey }) => publicKey !== "" && !isKey(publicKey));
  return wrong.map(({ url, publicKey }) =>
    error(
      `The public key of the cache ${url} is no key: ${publicKey}. It is NAME:BASE64, 44 characters after the colon, as the cache's owner publishes it.`,
    ),
  );
}

/** Which of the named caches do not answer: what can be said of them without evaluating. */
export async function unreachableCaches(
  exec: Exec,
  nix: NixOptions,
  wishes: CacheWishes,
): Promise<Finding[]> {
  const asked = wishes.substituters.map(({ url }) =>
    runNix(exec, ["store", "info", "--store", url], { ...nix, accept: [0, 1] }),
  );
  const answers = await Promise.all(asked);
  return cacheFindings(answers.map(({ stderr }) => stderr).join("\n"), [], wishes);
}

function found(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].flatMap(([, url]) => url ?? []));
}
