import type { Disk } from "../machine/machine.ts";
import type { LayoutChoices } from "./choices.ts";
import { compatibilityOf } from "./compatibility.ts";
import { isNative } from "./encryption.ts";
import type { Properties } from "./step.ts";
import { ashiftOf } from "./vdev.ts";

/** A key in a file of another device. */
export interface KeySource {
  /** "/dev/disk/by-uuid/6A3B-12FE". */
  readonly device: string;
  /** Its file system, "vfat". */
  readonly type: string;
  /** Where it is mounted, in the installer and in the initrd. */
  readonly directory: string;
  /** The key below that directory: 32 bytes. */
  readonly file: string;
}

/** Properties of the pool itself. Source zpoolprops(7). */
export function poolProperties(
  disks: readonly Disk[],
  layout: LayoutChoices,
  zfsVersion: string | null,
): Properties {
  const { ashift, autotrim } = layout;
  const isFlash = disks.some(({ rotational }) => !rotational);
  const compatibility = compatibilityOf(layout, zfsVersion);
  return {
    ashift: String(ashiftOf(disks, ashift)),
    autotrim: autotrim === "auto" ? (isFlash ? "on" : "off") : autotrim,
    ...(compatibility === "off" ? {} : { compatibility }),
  };
}

/** Properties that every dataset inherits. Source zfsprops(7), and what other installers agree on. */
export function rootProperties(layout: LayoutChoices, key: KeySource | null): Properties {
  const { encryption, compression, checksum, copies } = layout;
  return {
    canmount: "off",
    mountpoint: "none",
    acltype: "posixacl",
    xattr: "sa",
    dnodesize: "auto",
    normalization: "formD",
    relatime: "on",
    compression,
    ...(checksum === "on" ? {} : { checksum }),
    ...(copies === 1 ? {} : { copies: String(copies) }),
    ...(isNative(encryption)
      ? {
          encryption: "aes-256-gcm",
          keyformat: key ? "raw" : "passphrase",
          keylocation: key ? `file://${key.file}` : "prompt",
        }
      : {}),
  };
}
