import type { Machine } from "../../machine/machine.ts";
import type { Layout } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";

/** The boot loader on every disk. */
export function bootSections(machine: Machine, layout: Layout): string[] {
  return [bootLoader(machine, layout)];
}

function bootLoader({ firmware }: Machine, { disks }: Layout): string {
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
