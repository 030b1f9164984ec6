import type { Bytes } from "../base/bytes.ts";
import type { Holder } from "../machine/machine.ts";
import type { Expected } from "./expected.ts";
import type { Encryption } from "./layout-choices.ts";
import type { ExtraFile } from "./system-choices.ts";

/** A partition to make. start and size are aligned to 1 MiB and fixed by the layout, so a plan says exactly what it will write. */
export interface Partition {
  readonly number: number;
  readonly role: "bios-boot" | "esp" | "swap" | "zfs";
  readonly label: string;
  /** GPT type GUID and unique partition GUID, lower case. */
  readonly type: string;
  readonly guid: string;
  readonly start: Bytes;
  readonly size: Bytes;
  /** What its file system (or swap) has to be called, where the host finds it by that. */
  readonly fileSystem?: { readonly label: string | null; readonly uuid: string | null };
  /** Swap that the host overwrites with a random key at each boot: not formatted here. */
  readonly isRandomSwap?: boolean;
}

export interface Vdev {
  /** "stripe" is a top-level vdev of one device. */
  readonly kind: "stripe" | "mirror" | "raidz1" | "raidz2" | "raidz3" | "spare";
  /** Paths that do not change between boots: /dev/disk/by-partuuid/GUID. */
  readonly devices: readonly string[];
}

export type Properties = Readonly<Record<string, string>>;

export interface Dataset {
  /** Full name, "rpool/local/root". Parents come before children. */
  readonly name: string;
  readonly properties: Properties;
  /** Where it is mounted in the installed system; null when it is not. */
  readonly mountpoint: string | null;
  /** Snapshot to take while it is still empty, "blank". */
  readonly snapshot: string | null;
}

/** What a disk was when the plan was made. Read again right before the first write; a difference stops. */
export interface DiskIdentity {
  readonly path: string;
  readonly size: Bytes;
  readonly model: string | null;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly tableUuid: string | null;
  /** "zfs_member rpool", "ext4 data" …: one string a content, in order. */
  readonly contents: readonly string[];
  /** What was open on it, "/dev/md127". */
  readonly holders: readonly string[];
}

export interface MountEntry {
  /** A dataset name for zfs, "tmpfs" for RAM, a device path otherwise. */
  readonly source: string;
  readonly target: string;
  readonly type: "zfs" | "vfat" | "tmpfs";
  readonly options: readonly string[];
}

/** What was mounted when the plan was made, looked at again right before the first write. */
export interface SeenMount {
  /** Below the root: "/", "/boot". */
  readonly place: string;
  readonly source: string;
  readonly type: string;
}

/** An entry of the firmware's boot menu for the ESP of a disk. */
export interface BootEntryChoice {
  readonly disk: string;
  readonly partition: number;
  /** Of the partition, in lower case. */
  readonly guid: string;
  readonly label: string;
}

/** One thing to do. Told to people by describe(), turned into commands by commandsOf(), done by run/perform. */
export type Step =
  | { readonly do: "check-disks"; readonly disks: readonly DiskIdentity[] }
  | { readonly do: "check-mounts"; readonly root: string; readonly mounts: readonly SeenMount[] }
  | { readonly do: "release-device"; readonly holder: Holder }
  | {
      readonly do: "wipe-disk";
      readonly disk: string;
      /** What is on it now, before the disk itself: each may carry labels of its own, also at its end. */
      readonly partitions: readonly string[];
      /** Whether the disk is told that all of it is free. */
      readonly discard: boolean;
    }
  | {
      readonly do: "partition-disk";
      readonly disk: string;
      readonly guid: string;
      readonly partitions: readonly Partition[];
    }
  | {
      readonly do: "format-esp";
      readonly device: string;
      readonly label: string;
      readonly volumeId: string;
    }
  | {
      readonly do: "enable-swap";
      readonly device: string;
      /** The name of the device with a random key that is put over it; null without encryption. */
      readonly mapper: string | null;
      readonly fileSystem?: Partition["fileSystem"];
    }
  | {
      readonly do: "encrypt-device";
      readonly device: string;
      /** What /dev/mapper calls the opened device. */
      readonly mapper: string;
      /** For argon2id at each opening, in KiB. */
      readonly memory: number;
    }
  | {
      readonly do: "open-key";
      readonly device: string;
      readonly type: string;
      readonly directory: string;
      /** The key itself: 32 bytes, made when the file is not there. */
      readonly file: string;
    }
  | { readonly do: "set-host-id"; readonly hostId: string }
  | {
      readonly do: "create-pool";
      readonly pool: string;
      readonly vdevs: readonly Vdev[];
      readonly poolProperties: Properties;
      readonly rootProperties: Properties;
      /** With "native", the passphrase is read from the secrets directory and goes to zpool by stdin. */
      readonly encryption: Encryption;
      /** Where the members are found again: /dev/disk/by-partuuid. */
      readonly directory: string;
    }
  | { readonly do: "create-datasets"; readonly datasets: readonly Dataset[] }
  | { readonly do: "mount-target"; readonly root: string; readonly mounts: readonly MountEntry[] }
  | { readonly do: "make-unlock-key"; readonly file: string; readonly comment: string }
  | {
      /** Builds the host's own scripts, which need no disk: whatever fails here has cost nothing. */
      readonly do: "build-disko";
      /** The wrapper flake, "path:/run/dabei/disko". */
      readonly flake: string;
      readonly host: string;
      readonly substituters: readonly Substituter[];
    }
  | {
      /** Partitions, formats and mounts by the host's own script. */
      readonly do: "run-disko";
      readonly root: string;
      readonly host: string;
    }
  | {
      readonly do: "write-flake";
      readonly directory: string;
      readonly files: readonly { readonly name: string; readonly text: string }[];
      /** A directory of this system's store that goes beside them. */
      readonly tree?: { readonly from: string; readonly name: string };
    }
  | {
      /** What the preflight would have found before the first write, where memory was too small for it. */
      readonly do: "check-flake";
      readonly root: string;
      /** Where the wrapper flake lies. */
      readonly directory: string;
      readonly expected: Expected;
    }
  | {
      readonly do: "write-host-keys";
      /** "/mnt/etc/ssh". */
      readonly directory: string;
      /** Which keys of the running system are copied, by type ("ed25519"); null makes a new one. */
      readonly kept: readonly string[] | null;
      /** Private keys in the secrets directory, instead. */
      readonly given: readonly string[];
    }
  | { readonly do: "write-files"; readonly root: string; readonly files: readonly ExtraFile[] }
  | {
      readonly do: "build-system";
      readonly root: string;
      /** The wrapper flake on the target, "path:/mnt/etc/nixos". */
      readonly flake: string;
      readonly host: string;
      readonly substituters: readonly Substituter[];
    }
  | { readonly do: "install-system"; readonly root: string }
  | {
      readonly do: "install-boot-loader";
      readonly root: string;
      /** Whether somebody else has made the disks, and knows where it goes. */
      readonly isByHand?: boolean;
    }
  | { readonly do: "add-boot-entries"; readonly entries: readonly BootEntryChoice[] }
  /** Commands of the person's own, while the target is mounted. */
  | { readonly do: "run-hooks"; readonly root: string; readonly commands: readonly HookCommand[] }
  | { readonly do: "keep-records"; readonly root: string }
  /** So that it is known again without importing the pool, and known as whole. */
  | {
      readonly do: "mark-installed";
      readonly pool: string;
      readonly mark: string;
      /** LUKS devices: their pool's label cannot be read while they are closed. */
      readonly devices: readonly string[];
    }
  /** The end where somebody else has mounted the target: it stays as it is. */
  | {
      readonly do: "leave-mounted";
      readonly root: string;
      /** Of its root; empty without ZFS. */
      readonly pool: string;
    }
  | {
      readonly do: "export-pool";
      readonly root: string;
      /** Empty where the system has none. */
      readonly pool: string;
      /** Devices to stop swapping to. */
      readonly swap: readonly string[];
      /** Names in /dev/mapper, closed once the pool is exported. */
      readonly mappers: readonly string[];
      /** What else is mounted: the device with the key. */
      readonly mounts: readonly string[];
    };

/** A text is run by sh -c; a list is run as it is, without a shell. */
export type HookCommand = string | readonly string[];

export interface Substituter {
  readonly url: string;
  readonly publicKey: string;
}

/** A whole installation as a value: it can be shown, saved, compared, refused. */
export interface Plan {
  readonly version: 1;
  readonly hostname: string;
  readonly summary: string;
  readonly steps: readonly Step[];
}

/** A step of one kind. */
export type StepOf<Name extends Step["do"]> = Extract<Step, { do: Name }>;
