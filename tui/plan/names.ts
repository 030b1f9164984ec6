/** What is wrong with a name or a number as typed: one sentence for the field, or null. */

/** Source zpool-create(8), zfs_namecheck.c (pool_namecheck). */
export function poolNameProblem(name: string): string | null {
  if (name === "") return "The pool needs a name, rpool for instance.";
  if (!/^[a-z]/i.test(name)) return "A pool's name begins with a letter.";
  if (!/^[\w.:-]+$/.test(name)) return "A pool's name has letters, digits and _ - . : only.";
  if (name.length > 64) return "The pool's name is too long; 64 characters are the most.";
  if (/^(mirror|raidz|draid|spare|log$)/.test(name) || /^c\d/.test(name))
    return `The name ${name} is one that zpool keeps for itself. Choose another.`;
  return null;
}

/** Source hostname(7), RFC 1123; NixOS's networking.hostName takes one label. */
export function hostnameProblem(name: string): string | null {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(name)) return null;
  return "A host name has letters, digits and hyphens, at most 63, and no hyphen at its ends.";
}

/** Source networking.hostId of NixOS, hostid(5). */
export function hostIdProblem(hostId: string): string | null {
  if (!/^[0-9a-f]{8}$/.test(hostId))
    return "A hostId is eight hexadecimal digits in lower case, 8f2c41aa for instance.";
  return hostId === "00000000" ? "The hostId 00000000 means none. Choose another." : null;
}

/** Source zfs-load-key(8): between 8 and 512 bytes. The keyboard at boot may know fewer characters than this one. */
export function passphraseProblem(passphrase: string): string | null {
  if (/[\r\n]/.test(passphrase)) return "A passphrase is one line.";
  // Invisible, and cut off by one program or another on its way.
  if (passphrase !== passphrase.trim()) return "A passphrase neither begins nor ends with a space.";
  if (passphrase.length < 8) return "ZFS takes passphrases of 8 characters and more.";
  return new TextEncoder().encode(passphrase).length > 512
    ? "ZFS takes passphrases of 512 bytes at most."
    : null;
}
