import type { Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import type { Layout, LayoutDisk } from "./layout.ts";
import { nixString, nixStrings } from "./nix-text.ts";
import { partitionFor, partitionPath } from "./partition.ts";
import type { Partition } from "./step.ts";

/**
 * dabei.nix: what this installation decided, as a NixOS module that joins the user's flake. Written to be read and kept
 * by a person. Options that must win over the flake are forced, matters of taste are defaults.
 */
export function generatedModule(machine: Machine, layout: Layout, choices: Choices): string {
  const sections = [
    fileSystems(layout),
    swap(layout),
    bootLoader(machine, layout),
    pool(layout),
    ...(choices.layout.preset === "impermanence" ? [rollback(layout.pool.name)] : []),
    hardware(machine),
    system(choices),
  ];
  return `# Disks, boot loader and identity of this machine, written by nix-dabei when it was installed.
# It is yours to change. It joins the flake by ./flake.nix in this directory:
#   nixos-rebuild switch --flake /etc/nixos#${choices.flake.host.replace(/[^\w.-]/g, "_")}
# To keep it with your own configuration instead, copy it into your repository, add it to the
# modules of this host, and rebuild from there. flake.nix in this directory is not needed then.
{ config, lib, ... }:
{
${sections.map((text) => indent(text.trim())).join("\n\n")}
}
`;
}

/** The wrapper: a flake.nix that follows the user's flake and adds dabei.nix to one of its hosts. */
export function wrapperFlake({ flake }: Choices): { name: string; text: string }[] {
  const host = nixString(flake.host);
  const text = `{
  description = "This machine: a host of another flake, and the disks it was installed on";

  # \`nix flake update --flake /etc/nixos\` follows it.
  inputs.machines.url = ${nixString(flake.reference)};

  outputs =
    { machines, ... }:
    {
      nixosConfigurations = machines.nixosConfigurations // {
        ${host} = machines.nixosConfigurations.${host}.extendModules {
          modules = [ ./dabei.nix ];
        };
      };
    };
}
`;
  return [{ name: "flake.nix", text }];
}

function fileSystems({ datasets, disks }: Layout): string {
  const ofDatasets = datasets.flatMap(({ name, mountpoint }) => {
    if (mountpoint === null) return [];
    // NixOS mounts /, /nix and /var/log in the initrd by itself; any other place has to say so.
    const early = mountpoint === "/persist" ? ["neededForBoot = true;"] : [];
    return [fileSystem(mountpoint, [`device = ${nixString(name)};`, `fsType = "zfs";`, ...early])];
  });
  // With several disks each may be missing, and the others have to start all the same.
  const options = ["umask=0077", ...(disks.length > 1 ? mayBeMissing : [])];
  const ofDisks = disks.map((disk) =>
    fileSystem(disk.bootMount, [
      `device = ${nixString(deviceOf(disk, "esp"))};`,
      `fsType = "vfat";`,
      `options = ${nixStrings(options)};`,
    ]),
  );
  return [...ofDatasets, ...ofDisks].join("\n");
}

/** A unit that waits for a missing disk gives up after 15 seconds instead of 90, and nothing depends on it. */
const mayBeMissing = ["nofail", "x-systemd.device-timeout=15s"];

function fileSystem(mountpoint: string, lines: readonly string[]): string {
  return `fileSystems.${nixString(mountpoint)} = {\n${indent(lines.join("\n"))}\n};`;
}

function swap({ disks, pool }: Layout): string {
  const devices = disks.filter(({ partitions }) => partitionFor(partitions, "swap"));
  // Memory that is compressed instead of written: never on the pool, where swapping can block for ever.
  if (devices.length === 0) return "zramSwap.enable = lib.mkDefault true;";
  const entries = devices.map((disk) => {
    const lines = [
      `device = ${nixString(deviceOf(disk, "swap"))};`,
      // A new key at every boot: what was swapped out cannot be read once the machine is off.
      ...(pool.encrypted ? ["randomEncryption.enable = true;"] : []),
      ...(disks.length > 1 ? [`options = ${nixStrings(mayBeMissing)};`] : []),
    ];
    return `  {\n${indent(indent(lines.join("\n")))}\n  }`;
  });
  return `swapDevices = [\n${entries.join("\n")}\n];`;
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

function pool({ pool }: Layout): string {
  return `boot.supportedFilesystems = [ "zfs" ];
boot.zfs = {
  # by-id is empty on disks without a serial number, by-uuid is one link for all members of a pool.
  devNodes = lib.mkForce "/dev/disk/by-partuuid";
  # The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
  forceImportRoot = lib.mkDefault false;
${pool.encrypted ? `  requestEncryptionCredentials = lib.mkForce ${nixStrings([pool.name])};\n` : ""}};`;
}

/** Source NixOS, systemd stage 1 (the default since 26.05); the pool is imported, / is not mounted yet. */
function rollback(name: string): string {
  return `# / begins empty at every boot. What has to stay belongs to /persist, /home, /nix and /var/log.
boot.initrd.systemd.enable = lib.mkDefault true;
boot.initrd.systemd.services.rollback = {
  description = "Empty / by going back to its first snapshot";
  wantedBy = [ "initrd.target" ];
  after = [ ${nixString(`zfs-import-${name}.service`)} ];
  before = [ "sysroot.mount" ];
  path = [ config.boot.zfs.package ];
  unitConfig.DefaultDependencies = "no";
  serviceConfig.Type = "oneshot";
  script = ${nixString(`zfs rollback -r ${name}/local/root@blank`)};
};`;
}

function hardware({ storageModules, cpu, consoles }: Machine): string {
  const microcode = {
    intel:
      "hardware.cpu.intel.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;\n",
    amd: "hardware.cpu.amd.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;\n",
    other: "",
  }[cpu.vendor];
  const console =
    consoles.length > 0
      ? `# The consoles that the installer was started with.\nboot.kernelParams = ${nixStrings(consoles.map((name) => `console=${name}`))};\n`
      : "";
  return `# Drivers that the disks of this machine need.
boot.initrd.availableKernelModules = ${nixStrings(storageModules)};
${microcode}${console}`;
}

function system({ system }: Choices): string {
  return [
    "# ZFS refuses a pool that another hostId had last.",
    `networking.hostId = lib.mkForce ${nixString(system.hostId)};`,
    ...(system.hostname === null ? [] : [`networking.hostName = lib.mkForce ${nixString(system.hostname)};`]),
    ...(system.authorizedKeys.length === 0
      ? []
      : [
          `users.users.root.openssh.authorizedKeys.keys = [\n${system.authorizedKeys.map((key) => `  ${nixString(key)}`).join("\n")}\n];`,
        ]),
  ].join("\n");
}

function deviceOf({ partitions }: LayoutDisk, role: Partition["role"]): string {
  const partition = partitionFor(partitions, role);
  return partition ? partitionPath(partition.guid) : "";
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
