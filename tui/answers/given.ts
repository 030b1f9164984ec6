import type { Substituter } from "../plan/step.ts";

/** What the kernel command line offers. */
export interface Given {
  readonly flake: string | null;
  readonly substituter: Substituter | null;
  readonly hostname: string | null;
  /** The keys that may log in here: they may log in to the installed system as well. */
  readonly authorizedKeys: readonly string[];
}

/**
 * The words dabei.NAME=VALUE of a kernel command line. They may be quoted as the kernel has it:
 * dabei.flake="github:example/infra". The last of equal names counts.
 */
export function bootWords(commandLine: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [, name = "", quoted, plain] of commandLine.matchAll(/(dabei\.[\w.]+)=(?:"([^"]*)"|(\S*))/g))
    words.set(name, quoted ?? plain ?? "");
  return words;
}

/** Where a flake lies that was built into the image (scripts/build --flake). */
export const bakedFlake = "/etc/dabei/flake";

/** Reads what the kernel command line and the authorized_keys of this system offer. */
export function givenOf(commandLine: string, authorizedKeys: string, isFlakeBaked = false): Given {
  const words = bootWords(commandLine);
  const word = (name: string) => words.get(name) || null;
  const url = word("dabei.substituter");
  const publicKey = word("dabei.trusted_key");
  return {
    flake: word("dabei.flake") ?? (isFlakeBaked ? `path:${bakedFlake}` : null),
    // A cache without a key would be asked and never believed.
    substituter: url && publicKey ? { url, publicKey } : null,
    hostname: word("dabei.hostname"),
    authorizedKeys: authorizedKeys
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  };
}
