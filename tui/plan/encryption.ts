import type { Encryption } from "./choices.ts";

/** Whether someone has to type a passphrase at every boot, and so has to give one now. */
export function takesPassphrase(encryption: Encryption): boolean {
  return encryption === "native" || encryption === "luks";
}

/** Whether ZFS itself encrypts. */
export function isNative(encryption: Encryption): boolean {
  return encryption === "native" || encryption === "native-key-file";
}

const words: Readonly<Record<Encryption, string>> = {
  none: "not encrypted",
  native: "native encryption",
  "native-key-file": "native encryption with a key file",
  luks: "LUKS encryption",
};

export function encryptionWords(encryption: Encryption): string {
  return words[encryption];
}
