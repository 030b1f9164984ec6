import type { BlockDevice } from "../tools/lsblk.ts";
import type { VolumeGroup } from "../tools/lvm.ts";
import type { PoolLabel } from "../tools/zfs-label.ts";
import { holderKind, holdersOf } from "./holders.ts";
import type { Content, Disk, Transport } from "./machine.ts";

/** What else is known of the block devices, by device path. */
export interface Surroundings {
  readonly byId: ReadonlyMap<string, readonly string[]>;
  readonly byPath: ReadonlyMap<string, readonly string[]>;
  readonly pools: ReadonlyMap<string, PoolLabel>;
  /** Volume groups by the device of each of their physical volumes. */
  readonly volumeGroups: ReadonlyMap<string, VolumeGroup>;
  /** Names of the pools that are imported now. */
  readonly imported: readonly string[];
  /** Disks that the kernel does not give out, whatever the reason. */
  readonly busy: ReadonlySet<string>;
}

/** The disks among lsblk's devices: no optical drives, loops, RAM disks, empty card readers, boot areas of eMMC. */
export function disksOf(devices: readonly BlockDevice[], around: Surroundings): Disk[] {
  return devices
    .filter(
      ({ type, name, size }) =>
        type === "disk" && size > 0 && !/^(zram|ram|loop|fd|zd)\d|boot\d$|rpmb$/.test(name),
    )
    .map((device) => diskOf(device, around));
}

function diskOf(device: BlockDevice, around: Surroundings): Disk {
  const partitions = (device.children ?? []).filter(({ type }) => type === "part");
  const whole = device.fstype === null ? [] : [contentOf(device, null, around)];
  return {
    name: device.name,
    path: device.path,
    size: device.size,
    model: device.model,
    serial: device.serial,
    wwn: device.wwn,
    transport: transportOf(device),
    rotational: device.rota,
    removable: device.rm,
    readOnly: device.ro,
    logicalSector: device["log-sec"],
    physicalSector: device["phy-sec"],
    byId: around.byId.get(device.path) ?? [],
    byPath: around.byPath.get(device.path) ?? [],
    tableType: device.pttype === "gpt" || device.pttype === "dos" ? device.pttype : null,
    tableUuid: device.ptuuid,
    contents: [
      ...whole,
      ...partitions.map((part) => contentOf(part, Number(/\d+$/.exec(part.name)?.[0] ?? 0), around)),
    ],
    inUse: reasonFor(device, around),
    holders: holdersOf(device),
  };
}

function contentOf(
  device: BlockDevice,
  number: number | null,
  { pools, volumeGroups }: Surroundings,
): Content {
  const label = pools.get(device.path);
  // Without a readable label: blkid calls the pool's name LABEL and its guid UUID.
  const told = { name: device.label ?? "of unknown name", host: null, guid: device.uuid ?? "" };
  const pool = label
    ? {
        ...{ name: label.name, host: label.host, guid: label.guid },
        ...(label.comment === null ? {} : { comment: label.comment }),
      }
    : told;
  return {
    path: device.path,
    number,
    size: device.size,
    type: device.fstype,
    label: device.label,
    uuid: device.uuid,
    partLabel: device.partlabel,
    partUuid: device.partuuid,
    pool: device.fstype === "zfs_member" ? pool : null,
    mountpoints: device.mountpoints.filter((mountpoint) => mountpoint !== null),
    ...(device.fstype === "LVM2_member" ? { volumeGroup: volumeGroups.get(device.path) ?? null } : {}),
  };
}

function transportOf({ tran, name }: BlockDevice): Transport {
  const known: readonly string[] = [
    "virtio",
    "nvme",
    "sata",
    "sas",
    "usb",
    "mmc",
    "ata",
  ] satisfies Transport[];
  if (tran !== null && known.includes(tran)) return tran as Transport;
  if (name.startsWith("vd")) return "virtio";
  if (name.startsWith("nvme")) return "nvme";
  if (name.startsWith("mmcblk")) return "mmc";
  return name.startsWith("sd") ? "scsi" : "other";
}

/** Why the disk cannot be chosen: the first of all reasons that a person would want to know. */
function reasonFor(device: BlockDevice, { pools, imported, busy }: Surroundings): string | null {
  const parts = withDescendants(device);
  const mounts = parts.flatMap(({ mountpoints }) => mountpoints.filter((mountpoint) => mountpoint !== null));
  if (mounts.some(isOfThisSystem)) return "runs this system";
  const directory = mounts
    .filter((mountpoint) => mountpoint !== "[SWAP]")
    .sort((a, b) => a.length - b.length)[0];
  if (directory !== undefined) return `mounted at ${directory}`;
  const pool = parts
    .map((part) => pools.get(part.path)?.name ?? part.label)
    .find((name, index) => {
      return parts[index]?.fstype === "zfs_member" && name !== null && imported.includes(name);
    });
  if (pool) return `in use by pool ${pool}`;
  const holder = parts.find(
    ({ type, path }) => type !== "part" && path !== device.path && holderKind(type) === null,
  );
  if (holder) return `in use by ${holder.name} (${holder.type})`;
  if (device.ro) return "read-only";
  // Whoever holds it is told otherwise, and let go of before it is written to.
  const isHeld = holdersOf(device).length > 0;
  return busy.has(device.path) && !isHeld ? "in use by the running system" : null;
}

function isOfThisSystem(mountpoint: string): boolean {
  return mountpoint === "/" || /^\/(run\/(dabei|initramfs|live)|cdrom|nix)(\/|$)/.test(mountpoint);
}

function withDescendants(device: BlockDevice): BlockDevice[] {
  return [device, ...(device.children ?? []).flatMap(withDescendants)];
}
