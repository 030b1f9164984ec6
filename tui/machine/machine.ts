import type { Bytes } from "../base/bytes.ts";
import type { NetworkChoices } from "../plan/network-choices.ts";

/** What runs us and what it has. A plain JSON value: probed, or read from a recorded file. Sizes in bytes. */
export interface Machine {
  readonly hostname: string;
  /** As uname -m says: "x86_64". */
  readonly architecture: string;
  readonly firmware: "uefi" | "bios";
  /** Whether EFI variables can be written; false on BIOS. */
  readonly efiVariables: boolean;
  /** From DMI; empty strings where the firmware tells nothing. */
  readonly product: {
    readonly vendor: string;
    readonly name: string;
    readonly serial: string;
    readonly uuid: string;
  };
  readonly cpu: {
    readonly model: string;
    readonly vendor: "intel" | "amd" | "other";
    readonly cores: number;
    /** The module that lets it run virtual machines; absent where it cannot, or its firmware keeps it from it. */
    readonly kvm?: "kvm-intel" | "kvm-amd";
  };
  readonly memory: Bytes;
  readonly disks: readonly Disk[];
  readonly network: readonly NetworkInterface[];
  /** What the network was set to here, by hand, an answer file or the system before this one; null is DHCP on every card. */
  readonly networkSettings?: NetworkChoices | null;
  readonly ssh: { readonly hostKeys: readonly HostKey[]; readonly authorizedKeys: number };
  /** console= of the kernel command line, verbatim and in order: ["tty0", "ttyS0,115200"]. */
  readonly consoles: readonly string[];
  /** Modules that drive the disks' and NICs' controllers, as the kernel names them: what the installed initrd needs. */
  readonly storageModules: readonly string[];
  readonly networkModules: readonly string[];
  /** What somebody has mounted at /mnt; null is nothing. Machines recorded before lack it. */
  readonly mounted?: Mounted | null;
}

/** File systems that are mounted for a system to be installed on. */
export interface Mounted {
  /** In the order of mounting. */
  readonly fileSystems: readonly MountedFileSystem[];
  /** Partitions and volumes that are swapped to. */
  readonly swap: readonly { readonly device: string; readonly uuid: string | null }[];
  /** Whether /etc/nixos there has a flake, which is somebody's: it must stay. */
  readonly hasFlake: boolean;
  /** Types of the ssh host keys that are there already, "ed25519". */
  readonly hostKeys: readonly string[];
}

export interface MountedFileSystem {
  /** In the installed system: "/", "/boot". */
  readonly place: string;
  /** A device, a dataset, "tmpfs". */
  readonly source: string;
  readonly type: string;
  readonly options: readonly string[];
  /** What of it is mounted: a subvolume, or the directory of a bind mount; "/" is all of it. */
  readonly subtree: string;
  readonly uuid: string | null;
  readonly label: string | null;
  readonly partUuid: string | null;
  readonly partLabel: string | null;
  readonly size: Bytes | null;
  readonly free: Bytes | null;
  /** The mount point that a dataset carries itself; null for legacy ones, and all that is not ZFS. */
  readonly ownPlace: string | null;
  /** Paths of the disks below it, as far as they are told; a dataset tells none. */
  readonly disks: readonly string[];
  /** LUKS devices below it: the name in /dev/mapper, and the uuid of the header. */
  readonly luks: readonly { readonly name: string; readonly uuid: string }[];
  /** Whether an md array is below it. */
  readonly isArray: boolean;
}

export type Transport = "virtio" | "nvme" | "sata" | "scsi" | "sas" | "usb" | "mmc" | "ata" | "other";

export interface Disk {
  /** The kernel's name, "nvme0n1". May differ at the next boot: never stored in a plan as the identity. */
  readonly name: string;
  readonly path: string;
  readonly size: Bytes;
  readonly model: string | null;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly transport: Transport;
  readonly rotational: boolean;
  readonly removable: boolean;
  readonly readOnly: boolean;
  readonly logicalSector: Bytes;
  readonly physicalSector: Bytes;
  /** Links in /dev/disk/by-id and by-path, full paths, sorted. by-id is empty on virtio disks without a serial. */
  readonly byId: readonly string[];
  readonly byPath: readonly string[];
  readonly tableType: "gpt" | "dos" | null;
  readonly tableUuid: string | null;
  /** What is on it, partitions in their order; a signature on the whole disk is one entry with number null. */
  readonly contents: readonly Content[];
  /** Why it cannot be chosen, in words ("runs this system", "mounted at /mnt", "read-only"); null when it can. */
  readonly inUse: string | null;
  /** What is open on it, and can be let go of without losing more than the disk itself. Machines recorded before lack it. */
  readonly holders?: readonly Holder[];
}

/** A device that the kernel has put together from disks, or swap that is on. Nothing of it is mounted. */
export interface Holder {
  readonly kind: "md" | "lvm" | "crypt" | "swap";
  /** "md127", "vg0-data". */
  readonly name: string;
  readonly path: string;
  /** How many layers it lies above the disk: the highest is let go of first. */
  readonly level: number;
}

export interface Content {
  readonly path: string;
  readonly number: number | null;
  readonly size: Bytes;
  /** blkid's TYPE: "ext4", "zfs_member", "linux_raid_member", "LVM2_member", "crypto_LUKS", "swap", "ntfs" …; null when nothing is recognised. */
  readonly type: string | null;
  readonly label: string | null;
  readonly uuid: string | null;
  readonly partLabel: string | null;
  readonly partUuid: string | null;
  /** For zfs_member: the pool's name and the host that had it last, when the label tells. */
  readonly pool: {
    readonly name: string;
    readonly host: string | null;
    readonly guid: string;
    /** Its property of that name; absent or null where there is none. */
    readonly comment?: string | null;
  } | null;
  readonly mountpoints: readonly string[];
  /** For LVM2_member: its volume group, which may reach over other disks. Machines recorded before lack it. */
  readonly volumeGroup?: { readonly name: string; readonly uuid: string } | null;
}

export interface NetworkInterface {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  /** With prefix length, global scope only: "203.0.113.7/32". */
  readonly addresses: readonly string[];
  /** Gateways of default routes through it. */
  readonly gateways: readonly string[];
}

export interface HostKey {
  readonly type: string;
  /** "SHA256:…", as ssh shows it. */
  readonly fingerprint: string;
}
