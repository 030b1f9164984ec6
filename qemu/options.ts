import { type Bytes, GiB, MiB } from "../tui/base/bytes.ts";

/**
 * How a disk is attached: the guest sees vda, nvme0n1, sda or mmcblk0. That one is a card in a slot of its own, without a
 * serial number, and its size is a power of two.
 */
export type DiskKind = "virtio" | "nvme" | "sata" | "scsi" | "mmc";

export const diskKinds: readonly DiskKind[] = ["virtio", "nvme", "sata", "scsi", "mmc"];

export interface DiskOptions {
  /** A raw image. Empty: `disk-N.raw` in the machine's directory, made when it is not there. */
  readonly path?: string;
  /** The size of a file that has to be made. @default 4 GiB */
  readonly size?: Bytes;
  /** @default "virtio" */
  readonly kind?: DiskKind;
  /** At most 20 characters, what virtio carries; empty for a disk that has none. @default "DABEI0001", "DABEI0002" … */
  readonly serial?: string;
  /** Bytes of a sector, as the guest sees it. @default 512 */
  readonly sectorSize?: 512 | 4096;
}

/** A virtio network card. */
export interface CardOptions {
  /** A tap interface that is there where QEMU is started. Without one it is on QEMU's own network, where `forward` leads. */
  readonly tap?: string;
  /** Without one QEMU gives 52:54:00:12:34:56 and up. */
  readonly mac?: string;
}

/** A machine to start. Every field can be left out. */
export interface VmOptions {
  /** @default 1 GiB */
  readonly memory?: Bytes;
  /** @default 2 */
  readonly cpus?: number;
  /** @default "uefi" */
  readonly firmware?: "uefi" | "bios";
  /** The n-th has the QMP device id `disk-N`, counted from 1. The firmware tries them in this order. @default [] */
  readonly disks?: readonly DiskOptions[];
  /** Started directly, past the disks. Without a kernel the firmware boots the disks. */
  readonly kernel?: string;
  readonly initrd?: string;
  /** Kernel parameters. */
  readonly append?: string;
  /** Ports of 127.0.0.1 on the host that lead to ports of the guest. The host is 10.0.2.2 in the guest. */
  readonly forward?: readonly {
    readonly host: number;
    readonly guest: number;
    /** The guest's own, where it is not the one of QEMU's DHCP. */
    readonly address?: string;
  }[];
  /** @default one on QEMU's own network */
  readonly cards?: readonly CardOptions[];
  /** A machine without a network card. @default false */
  readonly offline?: boolean;
  /** The command that QEMU is started by, into another network namespace for instance; it must not fork. @default [] */
  readonly through?: readonly string[];
  /** Strings the guest reads in /sys/firmware/qemu_fw_cfg, by name ("opt/…"). */
  readonly firmwareConfig?: Readonly<Record<string, string>>;
  /** SMBIOS type 11 (OEM) strings. */
  readonly oemStrings?: readonly string[];
  /** Ends QEMU where the guest would reboot. @default false */
  readonly exitOnReboot?: boolean;
  /** More arguments for QEMU, as they are. */
  readonly extra?: readonly string[];
}

/** What the host adds to the options: the files and sockets of one start. */
export interface VmPlace {
  readonly accelerator: "kvm" | "tcg";
  /** Where the machine's own files lie: its UEFI variables and its disks. */
  readonly directory: string;
  /** The firmware's code, needed with `firmware: "uefi"`. */
  readonly uefiCode?: string;
  /** The serial line: this terminal, or a listening unix socket. */
  readonly serial: "stdio" | { readonly socket: string };
  /** A listening unix socket for QMP. */
  readonly qmp?: string;
  /** A listening unix socket for the port org.nix-dabei.events, on which the guest tells what happens. */
  readonly events?: string;
}

/** The options with nothing left open. */
export type FullOptions = Required<Omit<VmOptions, "kernel" | "initrd" | "append" | "disks">> &
  Pick<VmOptions, "kernel" | "initrd" | "append"> & { readonly disks: readonly Required<DiskOptions>[] };

/** Puts the defaults in. Relative to `directory`, the disks get the paths they will have. */
export function withDefaults(options: VmOptions, directory: string): FullOptions {
  return {
    memory: 1024 * MiB,
    cpus: 2,
    firmware: "uefi",
    forward: [],
    cards: [{}],
    offline: false,
    through: [],
    firmwareConfig: {},
    oemStrings: [],
    exitOnReboot: false,
    extra: [],
    ...options,
    disks: (options.disks ?? []).map((disk, index) => ({
      path: `${directory}/disk-${index + 1}.raw`,
      size: 4 * GiB,
      kind: "virtio",
      sectorSize: 512,
      serial: `DABEI${String(index + 1).padStart(4, "0")}`,
      ...disk,
    })),
  };
}
