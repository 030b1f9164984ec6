import type { Command } from "./command.ts";

/**
 * Makes a LUKS2 device. The passphrase comes by stdin, every byte of it: no line feed at its end.
 * memory: what argon2id takes at each opening, in KiB. cryptsetup would take up to half of the RAM of the machine it
 * runs on, and an initrd with less could not open it any more.
 *
 * Source  cryptsetup-luksFormat(8), cryptsetup 2.7
 */
export function formatLuks(device: string, memory: number): Command {
  return [
    ...["cryptsetup", "luksFormat", "--batch-mode", "--type", "luks2"],
    ...["--pbkdf", "argon2id", "--pbkdf-memory", String(memory), "--key-file", "-", device],
  ];
}

/** Opens a LUKS2 device as /dev/mapper/NAME; the passphrase comes by stdin as above. */
export function openLuks(device: string, name: string): Command {
  return ["cryptsetup", "open", "--type", "luks2", "--key-file", "-", device, name];
}

/** Opens a device under a key that nobody knows: what is written there cannot be read after it is closed. */
export function openWithRandomKey(device: string, name: string): Command {
  return [
    ...["cryptsetup", "open", "--batch-mode", "--type", "plain", "--cipher", "aes-xts-plain64"],
    ...["--key-size", "512", "--key-file", "/dev/urandom", device, name],
  ];
}

/** Sets the label that a LUKS2 device shows while it is closed. */
export function labelLuks(device: string, label: string): Command {
  return ["cryptsetup", "config", device, "--label", label];
}

export function closeCrypt(name: string): Command {
  return ["cryptsetup", "close", name];
}
