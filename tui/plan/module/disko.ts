import type { Machine } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import { nixString } from "../nix-text.ts";

/**
 * The chosen disks in the place of those that the flake names. Priority 10, as disko-install and NixOS's own virtual
 * machines take: it wins over lib.mkForce.
 */
export function diskoSections({ disks }: Machine, { flake }: Choices): string[] {
  const lines = Object.entries(flake.diskoDisks ?? {}).map(([name, path]) => {
    const disk = disks.find((one) => one.path === path);
    // A name that stays the same at the next boot, wherever the disk has one.
    const device = disk?.byId[0] ?? disk?.byPath[0] ?? path;
    return `disko.devices.disk.${nixString(name)}.device = lib.mkOverride 10 ${nixString(device)};`;
  });
  return [
    `# The disks of this machine, under the names that the flake has for them.\n${lines.join("\n")}`,
    `# by-id is empty on disks without a serial number.
boot.zfs.devNodes = lib.mkDefault "/dev/disk/by-partuuid";
boot.zfs.forceImportRoot = lib.mkDefault false;`,
  ];
}
