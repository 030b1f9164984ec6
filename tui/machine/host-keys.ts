import { createHash } from "node:crypto";
import type { HostKey } from "./machine.ts";

/**
 * A line of a .pub file as ssh shows it at the first connection; null where it is no key.
 *
 * Source  ssh-keygen(1) -l; sshkey_fingerprint_raw: SHA-256 of the decoded key, base64 without padding
 */
export function parsePublicKey(line: string): HostKey | null {
  const [algorithm, blob] = line.trim().split(/\s+/);
  if (!algorithm || !blob || !/^(ssh|ecdsa|sk)-/.test(algorithm)) return null;
  const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64");
  return { type: keyType(algorithm), fingerprint: `SHA256:${digest.replace(/=+$/, "")}` };
}

function keyType(algorithm: string): string {
  if (algorithm.includes("ed25519")) return "ED25519";
  if (algorithm.startsWith("ecdsa") || algorithm.startsWith("sk-ecdsa")) return "ECDSA";
  return algorithm.replace("ssh-", "").toUpperCase();
}

/** How many keys an authorized_keys file lets in. */
export function countKeys(text: string): number {
  return text
    .split("\n")
    .filter((line) => /(ssh|ecdsa|sk)-\S+ \S+/.test(line) && !line.trimStart().startsWith("#")).length;
}
