import { IssuesError } from "../tui/base/errors.ts";

/** A file of public keys, as ssh's authorized_keys and .pub files are. */
export interface KeyFile {
  readonly name: string;
  readonly text: string;
}

const keyTypes =
  /(?:^|\s)(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-\S+@openssh\.com) [A-Za-z0-9+/]{32,}=*(?:\s|$)/;

/**
 * The keys of all files for the image's authorized_keys, each once, in their order; without comments and blank lines.
 * Throws IssuesError with every line that is no public key, and every file without one.
 *
 * Source  sshd(8), AUTHORIZED_KEYS FILE FORMAT: options may stand before the key
 */
export function joinAuthorizedKeys(files: readonly KeyFile[]): string {
  const keys = new Set<string>();
  const wrong: { where: string; message: string }[] = [];
  for (const { name, text } of files) {
    const lines = text.split("\n").map((line) => line.trim());
    const found = lines.filter((line) => keyTypes.test(line) && !line.startsWith("#"));
    if (/-----BEGIN .*PRIVATE KEY-----/.test(text)) {
      wrong.push({ where: name, message: "is a private key. Give the .pub file beside it." });
      continue;
    }
    if (found.length === 0) wrong.push({ where: name, message: "has no public key in it." });
    for (const [index, line] of lines.entries()) {
      if (line && !line.startsWith("#") && !keyTypes.test(line))
        wrong.push({ where: `${name}:${index + 1}`, message: "is no public key of a kind that sshd knows." });
    }
    for (const key of found) keys.add(key);
  }
  if (wrong.length > 0) throw new IssuesError(wrong.map((issue) => ({ ...issue, severity: "error" })));
  return [...keys].map((key) => `${key}\n`).join("");
}
