import { parseArgs } from "node:util";
import { type DiskKind, diskKinds, type VmOptions } from "../qemu/options.ts";
import { type Bytes, GiB, MiB, parseBytes } from "../tui/base/bytes.ts";
import { type Issue, IssuesError } from "../tui/base/errors.ts";

export const help = `Usage: scripts/vm [OPTION]... [-- QEMU-ARGUMENT...]

Builds what is not built, and boots the image in QEMU with blank disks. This terminal is the machine's
serial line; Ctrl-a x ends it. A demo flake is offered in the flake step, so the whole installation works
offline. When the guest reboots, it starts from its disks.

  --from-disk       boots the disks of the last time, without the image
  --fresh           blanks the disks of the last time first
  --disks N         number of disks (2)
  --disk-size SIZE  size of a new disk, such as 20G (8G)
  --disk-kind KIND  virtio, nvme, sata, scsi or mmc (virtio)
  --memory SIZE     such as 512M or 4G (2G)
  --cpus N          (2)
  --uefi, --bios    the firmware (UEFI)
  --ssh-port PORT   a port of this machine's localhost that leads to the guest's ssh
  --append TEXT     more kernel parameters
  --dry-run         prints the QEMU command and ends; without the demo flake, which this script serves
  --help            this text

The disks lie in .cache/vm. KVM is used where the cpu and /dev/kvm allow it.
`;

/** What makes the machine, as typed. Remembered for --from-disk. */
export interface MachineFlags {
  readonly disks?: string;
  readonly "disk-size"?: string;
  readonly "disk-kind"?: string;
  readonly memory?: string;
  readonly cpus?: string;
  readonly firmware?: "uefi" | "bios";
  readonly "ssh-port"?: string;
}

export interface Flags {
  readonly machine: MachineFlags;
  readonly fromDisk: boolean;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
  readonly append: string;
  /** What stands after `--`: for QEMU. */
  readonly extra: readonly string[];
}

/** Reads the command line. Throws what node:util's parseArgs throws for options that do not exist. */
export function readFlags(argv: readonly string[]): Flags {
  const end = argv.indexOf("--");
  const { values } = parseArgs({
    args: end < 0 ? [...argv] : argv.slice(0, end),
    options: {
      disks: { type: "string" },
      "disk-size": { type: "string" },
      "disk-kind": { type: "string" },
      memory: { type: "string" },
      cpus: { type: "string" },
      bios: { type: "boolean" },
      uefi: { type: "boolean" },
      "ssh-port": { type: "string" },
      append: { type: "string", default: "" },
      "from-disk": { type: "boolean", default: false },
      fresh: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { append, "from-disk": fromDisk, fresh, "dry-run": dryRun, help, bios, uefi, ...rest } = values;
  if (bios && uefi) {
    throw new IssuesError([
      { where: "--bios", message: "and --uefi exclude each other.", severity: "error" },
    ]);
  }
  const machine = {
    ...rest,
    ...(bios ? { firmware: "bios" as const } : uefi ? { firmware: "uefi" as const } : {}),
  };
  return { machine, fromDisk, fresh, dryRun, help, append, extra: end < 0 ? [] : argv.slice(end + 1) };
}

/** What --from-disk takes over: the machine, but for what belongs to one start. */
export function rememberedFlags({ "ssh-port": _, ...machine }: MachineFlags): MachineFlags {
  return machine;
}

/** The machine that the flags describe. Throws IssuesError with all that is wrong at once. */
export function machineOptions(flags: MachineFlags, extra: readonly string[]): VmOptions {
  const issues: Issue[] = [];
  const wrong = (flag: string, message: string) => {
    issues.push({ where: `--${flag}`, message, severity: "error" });
  };
  const count = (flag: "disks" | "cpus" | "ssh-port", least: number, most: number) => {
    const text = flags[flag];
    if (text === undefined) return undefined;
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most))
      wrong(flag, `takes a number from ${least} to ${most}, not "${text}".`);
    return number;
  };
  const size = (flag: "disk-size" | "memory", least: Bytes, otherwise: Bytes) => {
    const bytes = parseBytes(flags[flag] ?? String(otherwise));
    if (bytes !== undefined && bytes >= least) return bytes;
    wrong(flag, `takes a size such as 8G, of ${least / MiB}M at least, not "${flags[flag]}".`);
    return otherwise;
  };
  const kind = (flags["disk-kind"] ?? "virtio") as DiskKind;
  if (!diskKinds.includes(kind)) wrong("disk-kind", `is one of ${diskKinds.join(", ")}, not "${kind}".`);
  const sshPort = count("ssh-port", 1, 65535);
  const disk = { kind, size: size("disk-size", MiB, 8 * GiB) };
  const options: VmOptions = {
    memory: size("memory", 64 * MiB, 2 * GiB),
    cpus: count("cpus", 1, 64) ?? 2,
    firmware: flags.firmware ?? "uefi",
    disks: Array.from({ length: count("disks", 0, 24) ?? 2 }, () => disk),
    forward: sshPort === undefined ? [] : [{ host: sshPort, guest: 22 }],
    extra,
  };
  if (issues.length > 0) throw new IssuesError(issues);
  return options;
}
