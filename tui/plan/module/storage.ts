import type { Choices } from "../choices.ts";
import { isNative } from "../encryption.ts";
import type { Layout, LayoutDisk } from "../layout.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";
import { partitionFor, partitionPath } from "../partition.ts";
import type { Partition } from "../step.ts";

/** File systems, swap, the pool and what becomes of / at a boot. */
export function storageSections(layout: Layout, choices: Choices): string[] {
  return [
    fileSystems(layout),
    swap(layout),
    pool(layout),
    ...(choices.layout.preset === "impermanence" ? [rollback(layout.pool.name)] : []),
  ];
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
      ...(pool.encryption === "none" ? [] : ["randomEncryption.enable = true;"]),
      ...(disks.length > 1 ? [`options = ${nixStrings(mayBeMissing)};`] : []),
    ];
    return `  {\n${indent(indent(lines.join("\n")))}\n  }`;
  });
  return `swapDevices = [\n${entries.join("\n")}\n];`;
}

function pool({ pool }: Layout): string {
  return `boot.supportedFilesystems = [ "zfs" ];
boot.zfs = {
  # by-id is empty on disks without a serial number, by-uuid is one link for all members of a pool.
  devNodes = lib.mkForce "/dev/disk/by-partuuid";
  # The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
  forceImportRoot = lib.mkDefault false;
${isNative(pool.encryption) ? `  requestEncryptionCredentials = lib.mkForce ${nixStrings([pool.name])};\n` : ""}};`;
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

function deviceOf({ partitions }: LayoutDisk, role: Partition["role"]): string {
  const partition = partitionFor(partitions, role);
  return partition ? partitionPath(partition.guid) : "";
}
