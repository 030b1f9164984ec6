import type { Given } from "./model.ts";

/**
 * Reads what the kernel command line and the authorized_keys of this system offer.
 * Words may be quoted as the kernel has it: dabei.flake="github:example/infra". The last of equal names counts.
 */
export function givenOf(commandLine: string, authorizedKeys: string): Given {
  const words = new Map<string, string>();
  for (const [, name = "", quoted, plain] of commandLine.matchAll(/(dabei\.[\w.]+)=(?:"([^"]*)"|(\S*))/g))
    words.set(name, quoted ?? plain ?? "");
  const word = (name: string) => words.get(name) || null;
  const url = word("dabei.substituter");
  const publicKey = word("dabei.trusted_key");
  return {
    flake: word("dabei.flake"),
    // A cache without a key would be asked and never believed.
    substituter: url && publicKey ? { url, publicKey } : null,
    hostname: word("dabei.hostname"),
    authorizedKeys: authorizedKeys
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  };
}
