import type { Layout } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";

/**
 * LUKS below the pool's members. Source crypttab(5), systemd-cryptsetup(8), NixOS luksroot.nix and zfs.nix.
 * systemd keeps a passphrase in the kernel's keyring and tries it on the other members: it is asked for once.
 */
export function luksSections({ disks, pool }: Layout): string[] {
  const members = disks.flatMap(({ luks }) => luks ?? []);
  if (members.length === 0) return [];
  // A member that is missing or broken is waited for so long, and done without: whether the others are enough is for
  // ZFS to say. With one disk there is nothing to go on with.
  const options = members.length > 1 ? ["nofail", "x-systemd.device-timeout=15s"] : [];
  const devices = members.map(({ name, device }) => {
    const lines = [
      `device = ${nixString(device)};`,
      ...(pool.poolProperties.autotrim === "on" ? ["allowDiscards = true;"] : []),
      ...(options.length > 0 ? [`crypttabExtraOpts = ${nixStrings(options)};`] : []),
    ];
    return `  ${nixString(name)} = {\n${indent(indent(lines.join("\n")))}\n  };`;
  });
  const units = members.map(({ name }) => `systemd-cryptsetup@${escapeUnit(name)}.service`);
  return [
    `# LUKS below every member of the pool; one passphrase opens all of them.
boot.initrd.luks.devices = {
${devices.join("\n")}
};
# The import gives up after a minute. It has to wait for the person with the passphrase, and for no missing disk.
boot.initrd.systemd.services.${nixString(`zfs-import-${pool.name}`)}.after = [
${units.map((unit) => `  ${nixString(unit)}`).join("\n")}
];`,
  ];
}

/** A name in a unit's name: everything but letters, digits, ":", "_" and "." as \xNN. Source systemd.unit(5). */
function escapeUnit(name: string): string {
  return name.replaceAll(
    /[^\w:.]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
