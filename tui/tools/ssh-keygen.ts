import type { Command } from "./command.ts";

/** Makes an ed25519 key without a passphrase, FILE and FILE.pub. Asks where there is one already: look before. */
export function makeHostKey(file: string, comment: string): Command {
  return ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file];
}
