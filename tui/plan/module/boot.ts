import type { Machine } from "../../machine/machine.ts";
import type { Layout } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";
import { unlockSections } from "./unlock.ts";

/** The boot loader, and who may come in by ssh before the system is up. */
export function bootSections(machine: Machine, layout: Layout): string[] {
  return [
    layout.bootLoader === "systemd-boot" ? systemdBoot : grub(machine, layout),
    ...unlockSections(layout),
  ];
}

/** For one disk: it knows one ESP. Its files are installed under the removable path, too. */
const systemdBoot = `# systemd-boot on the only ESP. Forced, since a boot loader that the flake enables would fight with it.
boot.loader.grub.enable = lib.mkForce false;
boot.loader.systemd-boot.enable = lib.mkForce true;
boot.loader.efi.efiSysMountPoint = lib.mkForce "/boot";
# EFI/BOOT/BOOTX64.EFI is found by every firmware, without a boot entry that a new mainboard would not have.
boot.loader.efi.canTouchEfiVariables = lib.mkForce false;`;

function grub({ firmware }: Machine, { disks }: Layout): string {
  const isUefi = firmware === "uefi";
  const entries = disks.map(({ bootMount, disk }) => {
    const lines = [
      `path = ${nixString(bootMount)};`,
      `devices = ${nixStrings([isUefi ? "nodev" : (disk.byId[0] ?? disk.byPath[0] ?? disk.path)])};`,
      ...(isUefi ? [`efiSysMountPoint = ${nixString(bootMount)};`] : []),
    ];
    return `    {\n${indent(indent(indent(lines.join("\n"))))}\n    }`;
  });
  return `# GRUB, with kernels, on every disk: any of them can start this machine alone. Forced, since a boot
# loader that the flake enables for one disk would fight with it.
boot.loader.systemd-boot.enable = lib.mkForce false;
boot.loader.efi.canTouchEfiVariables = lib.mkForce false;
boot.loader.grub = {
  enable = lib.mkForce true;
  efiSupport = lib.mkForce ${isUefi};
  # EFI/BOOT/BOOTX64.EFI: found by every firmware, without a boot entry that a new mainboard would not have.
  efiInstallAsRemovable = lib.mkForce ${isUefi};
  mirroredBoots = lib.mkForce [
${entries.join("\n")}
  ];
};`;
}
