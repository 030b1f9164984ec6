import type { Choices } from "../choices.ts";
import { isNative } from "../encryption.ts";
import type { Layout, LayoutDisk } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";
import { partitionFor, partitionPath } from "../partition.ts";
import type { Partition } from "../step.ts";
import { impermanenceSections } from "./impermanence.ts";
import { keyFileSections } from "./key-file.ts";
import { luksSections } from "./luks.ts";

/** File systems, swap, the pool, what unlocks it and what becomes of / at a boot. */
export function storageSections(layout: Layout, choices: Choices): string[] {
  return [
    fileSystems(layout),
    swap(layout, choices),
    pool(layout),
    ...stageOneSections(layout, impermanenceSections(layout, choices)),
  ];
}

/** What unlocks the pool in the initrd, and other units of it. */
export function stageOneSections(layout: Layout, others: readonly string[]): string[] {
  const units = [...luksSections(layout), ...keyFileSections(layout), ...others];
  return units.length > 0 || layout.unlock ? [systemdStageOne, ...units] : [];
}

const systemdStageOne = `# What follows are units of systemd's stage 1, which is NixOS's default since 26.05.
boot.initrd.systemd.enable = lib.mkForce true;`;

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

function swap({ disks, pool }: Layout, { layout }: Choices): string {
  const devices = disks.filter(({ partitions }) => partitionFor(partitions, "swap"));
  // Memory that is compressed instead of written: never on the pool, where swapping can block for ever.
  const zram = `zramSwap.enable = lib.mkDefault ${layout.zram};`;
  if (devices.length === 0) return zram;
  const entries = devices.map((disk) => {
    const lines = [
      `device = ${nixString(deviceOf(disk, "swap"))};`,
      // A new key at every boot: what was swapped out cannot be read once the machine is off.
      ...(pool.encryption === "none" ? [] : ["randomEncryption.enable = true;"]),
      ...(disks.length > 1 ? [`options = ${nixStrings(mayBeMissing)};`] : []),
    ];
    return `  {\n${indent(indent(lines.join("\n")))}\n  }`;
  });
  return `swapDevices = [\n${entries.join("\n")}\n];\n${zram}`;
}

function pool({ disks, pool }: Layout): string {
  const where = disks.some(({ luks }) => luks)
    ? "  # The members are what LUKS opens; their partitions must not be taken for them."
    : "  # by-id is empty on disks without a serial number, by-uuid is one link for all members of a pool.";
  return `boot.supportedFilesystems = [ "zfs" ];
boot.zfs = {
${where}
  devNodes = lib.mkForce ${nixString(pool.deviceDirectory)};
  # The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
  forceImportRoot = lib.mkDefault false;
${isNative(pool.encryption) ? `  requestEncryptionCredentials = lib.mkForce ${nixStrings([pool.name])};\n` : ""}};`;
}

function deviceOf({ partitions }: LayoutDisk, role: Partition["role"]): string {
  const partition = partitionFor(partitions, role);
  return partition ? partitionPath(partition.guid) : "";
}
