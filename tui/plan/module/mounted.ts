import type { Machine, Mounted, MountedFileSystem } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import { espOf, poolsOf } from "../mounted/facts.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";

/**
 * What is mounted, as nixos-generate-config would write it down; nothing of it where the host declares its own file
 * systems. Source  nixpkgs, nixos-generate-config.pl
 */
export function mountedSections(machine: Machine, mounted: Mounted, { flake }: Choices): string[] {
  const isOurs = flake.evaluated?.way.kind === "generated";
  return [
    ...(isOurs
      ? [fileSystems(mounted), swap(mounted), ...luks(mounted), ...boot(machine, mounted, flake)]
      : []),
    ...zfs(machine, mounted),
  ];
}

function fileSystems({ fileSystems }: Mounted): string {
  return fileSystems.flatMap((one) => entryOf(one, fileSystems) ?? []).join("\n");
}

function entryOf(one: MountedFileSystem, all: readonly MountedFileSystem[]): string | null {
  const { place, type, subtree } = one;
  const isPart = subtree !== "/" && !["btrfs", "zfs", "bcachefs"].includes(type);
  if (isPart) {
    const whole = all.find((other) => other.source === one.source && other.subtree === "/");
    const from = whole && `${whole.place === "/" ? "" : whole.place}${subtree}`;
    return from
      ? fileSystem(place, [`device = ${nixString(from)};`, `fsType = "none";`, `options = [ "bind" ];`])
      : null;
  }
  const options = optionsOf(one);
  return fileSystem(place, [
    `device = ${nixString(deviceOf(one))};`,
    `fsType = ${nixString(type)};`,
    ...(options.length > 0 ? [`options = ${nixStrings(options)};`] : []),
  ]);
}

function deviceOf({ type, source, uuid }: MountedFileSystem): string {
  if (type === "zfs" || type === "tmpfs" || uuid === null) return source;
  return `/dev/disk/by-uuid/${uuid}`;
}

function optionsOf({ type, options, subtree, ownPlace }: MountedFileSystem): string[] {
  if (type === "btrfs" && subtree !== "/") return [`subvol=${subtree.replace(/^\//, "")}`];
  // A dataset that names its own place is mounted by this option alone. Source mount.zfs(8).
  if (type === "zfs") return ownPlace === null ? [] : ["zfsutil"];
  if (type === "vfat") return options.filter((option) => /^(fmask|dmask|umask)=/.test(option));
  if (type === "tmpfs") return options.filter((option) => /^(size|mode)=/.test(option));
  return [];
}

function fileSystem(place: string, lines: readonly string[]): string {
  return `fileSystems.${nixString(place)} = {\n${indent(lines.join("\n"))}\n};`;
}

function swap({ swap }: Mounted): string {
  const entries = swap.map(
    ({ device, uuid }) => `{ device = ${nixString(uuid ? `/dev/disk/by-uuid/${uuid}` : device)}; }`,
  );
  return `swapDevices = [ ${entries.join(" ")}${entries.length > 0 ? " " : ""}];`;
}

function luks({ fileSystems }: Mounted): string[] {
  const opened = new Map(
    fileSystems.flatMap((one) => one.luks.map(({ name, uuid }) => [name, uuid] as const)),
  );
  const lines = [...opened].map(
    ([name, uuid]) =>
      `boot.initrd.luks.devices.${nixString(name)}.device = ${nixString(`/dev/disk/by-uuid/${uuid}`)};`,
  );
  const arrays = fileSystems.some(({ isArray }) => isArray)
    ? ["boot.swraid.enable = lib.mkDefault true;"]
    : [];
  return [...lines, ...arrays].length > 0 ? [[...lines, ...arrays].join("\n")] : [];
}

/** What the host leaves open of its boot loader. */
function boot(machine: Machine, mounted: Mounted, { evaluated }: Choices["flake"]): string[] {
  const esp = espOf(mounted.fileSystems);
  const own = evaluated?.bootLoader ?? null;
  if (machine.firmware === "uefi") {
    const place = `boot.loader.efi.efiSysMountPoint = lib.mkDefault ${nixString(esp?.place ?? "/boot")};`;
    if (own !== null) return [place];
    return [
      `# The host enables no boot loader. GRUB is NixOS's default, and would need to be told of a disk.
boot.loader.grub.enable = lib.mkForce false;
boot.loader.systemd-boot.enable = lib.mkDefault true;
${place}
# EFI/BOOT/BOOTX64.EFI is found by every firmware, without a boot entry that a new mainboard would not have.
boot.loader.efi.canTouchEfiVariables = lib.mkDefault false;`,
    ];
  }
  const devices = bootDisks(machine, mounted);
  if (own !== null || devices.length === 0) return [];
  return [
    `# GRUB on every disk that kernels may be read from.
boot.loader.grub.enable = lib.mkDefault true;
boot.loader.grub.devices = ${nixStrings(devices)};`,
  ];
}

/** Disks of /boot, or of / where it has none: by names that stay. */
function bootDisks({ disks }: Machine, { fileSystems }: Mounted): string[] {
  const home = ["/boot", "/"].flatMap((place) => fileSystems.find((one) => one.place === place) ?? [])[0];
  if (!home) return [];
  const pool = home.type === "zfs" ? home.source.split("/")[0] : null;
  return disks
    .filter(({ path, contents }) =>
      pool ? contents.some((one) => one.pool?.name === pool) : home.disks.includes(path),
    )
    .map(({ path, byId, byPath }) => byId[0] ?? byPath[0] ?? path);
}

/** How stage 1 finds the pools: where members are partitions, by what is in the partition table. */
function zfs({ disks }: Machine, mounted: Mounted): string[] {
  const pools = poolsOf(mounted);
  if (pools.length === 0) return [];
  const members = disks.flatMap(({ contents }) =>
    contents.filter(({ pool }) => pool && pools.includes(pool.name)),
  );
  const areParts = members.length > 0 && members.every(({ number, partUuid }) => number !== null && partUuid);
  return [
    `boot.supportedFilesystems = [ "zfs" ];
${areParts ? '# by-id is empty on disks without a serial number.\nboot.zfs.devNodes = lib.mkDefault "/dev/disk/by-partuuid";\n' : ""}boot.zfs.forceImportRoot = lib.mkDefault false;`,
  ];
}
