import type { Command } from "./command.ts";

/** Makes an ed25519 key without a passphrase, FILE and FILE.pub. Asks where there is one already: look before. */
export function makeHostKey(file: string, comment: string): Command {
  return ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file];
}

/** Prints the public key of a private one. A passphrase on it is a failure, not a question. */
export function publicKeyOf(file: string): Command {
  return ["ssh-keygen", "-y", "-P", "", "-f", file];
}

/** Copies host keys of this system, with their permissions. */
export function copyHostKeys(types: readonly string[], directory: string): Command {
  const files = types.flatMap((type) => [
    `/etc/ssh/ssh_host_${type}_key`,
    `/etc/ssh/ssh_host_${type}_key.pub`,
  ]);
  return ["cp", "-p", ...files, directory];
}
