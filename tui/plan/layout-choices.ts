import type { Bytes } from "../base/bytes.ts";

export type VdevKind = "single" | "stripe" | "mirror" | "striped-mirrors" | "raidz1" | "raidz2" | "raidz3";
export type Preset = "simple" | "server" | "impermanence";

/** "native-key-file": native, its key in a file of another device. "luks": LUKS2 below every member of the pool. */
export type Encryption = "none" | "native" | "native-key-file" | "luks";
export type Compression =
  | "zstd"
  | `zstd-${number}`
  | `zstd-fast-${number}`
  | "gzip"
  | `gzip-${number}`
  | "lz4"
  | "off";
export type Checksum = "on" | "fletcher4" | "sha256" | "sha512" | "skein" | "edonr" | "blake3";
export type BootLoader = "grub" | "systemd-boot";

/** How the disks become a pool, and what is on them beside it. Sizes in bytes. */
export interface LayoutChoices extends PoolChoices {
  readonly vdev: VdevKind;
  /** Disks in each group of striped mirrors or of a raidz. Null: mirrors of two; one raidz of all disks. */
  readonly groupWidth: number | null;
  /** So many of the chosen disks, the last ones, are hot spares. */
  readonly spares: number;
  readonly pool: string;
  readonly preset: Preset;
  /** In place of the preset's datasets; null leaves those. */
  readonly datasets: readonly DatasetChoice[] | null;
  readonly encryption: Encryption;
  /** With "native-key-file" only. */
  readonly keyFile: KeyFile | null;
  /** ssh in the initrd, to unlock an encrypted pool from elsewhere; null is none. */
  readonly remoteUnlock: RemoteUnlock | null;
  /** A partition on every disk; 0 is none. Encrypted with a random key at every boot when the pool is encrypted. */
  readonly swap: Bytes;
  /** Swap in compressed memory. */
  readonly zram: boolean;
  readonly espSize: Bytes;
  /** Percent of each disk that stay unpartitioned. */
  readonly freePercent: number;
  /** Tell the disks that can be told (flash, virtual ones) that all their blocks are free, before anything is written. */
  readonly discard: boolean;
  readonly bootLoader: BootLoader;
  /** The most that the installed system's ZFS cache (ARC) takes; null is ZFS's own limit. */
  readonly arcLimit: Bytes | null;
}

/** Properties of the pool and of its root dataset. */
export interface PoolChoices {
  /** The sector size as a power of two, 9 to 16. "auto": 12, or more for disks with larger sectors. */
  readonly ashift: "auto" | number;
  /** "auto": on where there is flash. */
  readonly autotrim: "auto" | "on" | "off";
  readonly compression: Compression;
  readonly checksum: Checksum;
  /** Copies of every block: 1, 2 or 3. */
  readonly copies: number;
  /** "auto": what the target's zfs can read, where it is known. Else a name for zpool's compatibility=, "off" for everything. */
  readonly compatibility: string;
}

/** A dataset of the pool. */
export interface DatasetChoice {
  /** Below the pool: "safe/home". */
  readonly name: string;
  /** Where the installed system mounts it; null is nowhere: it holds others, or space. */
  readonly mountpoint: string | null;
  readonly properties: Readonly<Record<string, string>>;
  /** Space that is kept for it. "auto": 1 GiB, or less of a small pool. */
  readonly refreservation: Bytes | "auto" | null;
  /** A snapshot to take while it is empty, "blank". */
  readonly snapshot: string | null;
}

/** A key in a file of a file system that is there already, on a disk that is not chosen. Made if it is missing. */
export interface KeyFile {
  /** The file system's UUID. */
  readonly uuid: string;
  /** Inside it, "/rpool.key". */
  readonly path: string;
}

export interface RemoteUnlock {
  /** Lines of authorized_keys; empty takes those of the installed system's root. */
  readonly authorizedKeys: readonly string[];
  readonly port: number;
}
