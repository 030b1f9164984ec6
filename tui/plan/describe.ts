import { formatBytes } from "../base/bytes.ts";
import { holderWords } from "../machine/holders.ts";
import { discardAll } from "../tools/blkdiscard.ts";
import type { Command } from "../tools/command.ts";
import { closeCrypt, formatLuks, labelLuks, openLuks, openWithRandomKey } from "../tools/cryptsetup.ts";
import { buildDisko, runDisko } from "../tools/disko.ts";
import { makeFat32 } from "../tools/mkfs.ts";
import { mount, unmountTree } from "../tools/mount.ts";
import { buildSystem, installBootLoader, installGeneration, isActivation } from "../tools/nix.ts";
import { release } from "../tools/release.ts";
import { makeTable, zapTable } from "../tools/sgdisk.ts";
import { copyHostKeys, makeHostKey } from "../tools/ssh-keygen.ts";
import { startSwap, stopSwap } from "../tools/swap.ts";
import { awaitDevices, settle } from "../tools/udevadm.ts";
import { eraseSignatures } from "../tools/wipefs.ts";
import { createDataset, takeSnapshot } from "../tools/zfs.ts";
import { clearLabels, commentPool, createPool, exportPool, setHostId } from "../tools/zpool.ts";
import { bootEntryCommand } from "./boot-entries.ts";
import { mapperPath } from "./layout.ts";
import { partitionFor, partitionPath } from "./partition.ts";
import type { Step, StepOf } from "./step.ts";
import { fileWords, hostKeyWords } from "./system-words.ts";
import { targetRoot } from "./target.ts";

const titles: Readonly<Record<Step["do"], string>> = {
  "check-disks": "check disks",
  "check-mounts": "check mounts",
  "release-device": "let go of",
  "wipe-disk": "wipe",
  "partition-disk": "partition",
  "format-esp": "format ESP",
  "enable-swap": "use swap",
  "encrypt-device": "encrypt",
  "open-key": "open key",
  "set-host-id": "set hostId",
  "create-pool": "create pool",
  "create-datasets": "create datasets",
  "mount-target": "mount",
  "make-unlock-key": "unlock key",
  "build-disko": "build disko",
  "run-disko": "run disko",
  "write-flake": "write flake",
  "check-flake": "check flake",
  "write-host-keys": "host keys",
  "write-files": "extra files",
  "build-system": "build system",
  "install-system": "install system",
  "install-boot-loader": "boot loader",
  "add-boot-entries": "boot entries",
  "run-hooks": "run hooks",
  "keep-records": "keep records",
  "mark-installed": "mark pool",
  "leave-mounted": "leave mounted",
  "export-pool": "export pool",
};

/** What a step does, in two or three words. */
export function titleOf(step: Step): string {
  return titles[step.do];
}

/** A step in a list of what was done: with its disk, where there is one such step for each. "wipe vda" */
export function nameOf(step: Step): string {
  return "disk" in step ? `${titleOf(step)} ${shortName(step.disk)}` : titleOf(step);
}

/** What a step does it to, on one line: "rpool, mirror, encrypted". */
export function describe(step: Step): string {
  switch (step.do) {
    case "check-disks":
      return `${step.disks.map(({ path }) => shortName(path)).join(", ")}: still what was shown`;
    case "check-mounts":
      return `${step.mounts.map(({ place }) => place).join(" ")}: still what was shown`;
    case "release-device":
      return holderWords(step.holder);
    case "wipe-disk":
      return shortName(step.disk);
    case "partition-disk":
      return `${shortName(step.disk)}: ${step.partitions.map(({ role, size }) => `${roles[role]} ${formatBytes(size)}`).join(", ")}`;
    case "format-esp":
      return `FAT32, ${step.label}`;
    case "enable-swap":
      return step.mapper ? "during the installation too, with a random key" : "during the installation too";
    case "encrypt-device":
      return `LUKS2, ${step.mapper}`;
    case "open-key":
      return `${step.file} of ${step.device}, made if it is missing`;
    case "set-host-id":
      return step.hostId;
    case "create-pool":
      return [step.pool, shapeOf(step.vdevs), ...(step.encryption === "none" ? [] : ["encrypted"])].join(
        ", ",
      );
    case "create-datasets":
      return step.datasets.flatMap(({ mountpoint }) => mountpoint ?? []).join(" ");
    case "mount-target":
      return `${step.mounts.length} file systems at ${step.root}`;
    case "make-unlock-key":
      return "ssh host key of the initrd";
    case "build-disko":
      return `the scripts of ${step.host}, in memory`;
    case "run-disko":
      return `partitions, file systems and mounts as ${step.host} declares them`;
    case "write-flake":
      return flakeWords(step);
    case "check-flake":
      return `${step.expected.host.name} with this layout, memory was too small before`;
    case "write-host-keys":
      return hostKeyWords(step);
    case "write-files":
      return step.files.map(fileWords).join("; ");
    case "build-system":
      return `${step.host}, into ${step.root}`;
    case "install-system":
      return "first generation, activate";
    case "install-boot-loader":
      return step.isByHand ? "where the host says" : "on every chosen disk";
    case "add-boot-entries":
      return `in the firmware, ${step.entries.length === 1 ? "for the disk" : `for ${step.entries.length} disks`}`;
    case "run-hooks":
      return step.commands.length === 1
        ? "one command of yours"
        : `${step.commands.length} commands of yours`;
    case "mark-installed":
      return `${step.pool}: ${step.mark}`;
    case "keep-records":
      return "/var/log/nix-dabei: answers, log, journal";
    case "leave-mounted":
      return `${step.root} stays as it is; a reboot unmounts it`;
    case "export-pool":
      return step.pool || "unmount";
    default:
      return step satisfies never;
  }
}

/**
 * The exact commands of a step, in order: what the review shows and what is run. Steps that only look or write files
 * have none. `system` is the path that build-system printed; before that it is not known, and shown as SYSTEM.
 */
export function commandsOf(step: Step, system = "SYSTEM"): Command[] {
  switch (step.do) {
    case "release-device":
      return [release(step.holder)];
    case "wipe-disk":
      return [
        // The partitions first, while they are there: two of a label's four copies are at the end of each. Whoever
        // writes to the disk has udev read its table anew, and they are gone for a moment.
        ...step.partitions.map(clearLabels),
        ...(step.partitions.length > 0 ? [eraseSignatures(step.partitions)] : []),
        clearLabels(step.disk),
        eraseSignatures([step.disk]),
        zapTable(step.disk),
        ...(step.discard ? [discardAll(step.disk)] : []),
        settle(),
      ];
    case "partition-disk": {
      const devices = step.partitions.map(({ guid }) => partitionPath(guid));
      const member = partitionFor(step.partitions, "zfs");
      return [
        makeTable(step.disk, step.guid, step.partitions),
        // udev reads the table once more when sgdisk closes the disk; the partitions are gone for a moment then.
        settle(),
        awaitDevices(devices),
        // What an earlier layout left at the same places would be taken for contents.
        ...(member ? [clearLabels(partitionPath(member.guid))] : []),
        eraseSignatures(devices),
      ];
    }
    case "format-esp":
      return [makeFat32(step.device, step.label, step.volumeId)];
    case "enable-swap":
      return step.mapper
        ? [openWithRandomKey(step.device, step.mapper), ...startSwap(mapperPath(step.mapper))]
        : startSwap(step.device, step.fileSystem);
    case "encrypt-device":
      return [formatLuks(step.device, step.memory), openLuks(step.device, step.mapper)];
    case "open-key":
      return [mount(step.device, step.directory, step.type, ["ro"])];
    case "set-host-id":
      return [setHostId(step.hostId)];
    case "create-pool":
      return [createPool(step.pool, targetRoot, step.vdevs, step.poolProperties, step.rootProperties)];
    case "create-datasets":
      return step.datasets.flatMap(({ name, properties, snapshot }) => [
        createDataset(name, properties),
        ...(snapshot ? [takeSnapshot(name, snapshot)] : []),
      ]);
    case "mount-target":
      return step.mounts.map(({ source, target, type, options }) => mount(source, target, type, options));
    case "make-unlock-key":
      return [makeHostKey(step.file, step.comment)];
    case "write-host-keys": {
      const { directory, kept, given } = step;
      const makeDirectory = ["mkdir", "-p", directory];
      if (given.length > 0) return [makeDirectory];
      if (kept) return [makeDirectory, copyHostKeys(kept, directory)];
      return [makeDirectory, makeHostKey(`${directory}/ssh_host_ed25519_key`, "")];
    }
    case "build-disko":
      return [buildDisko(step)];
    case "run-disko":
      return [runDisko("diskoScript")];
    case "build-system":
      return [buildSystem(step)];
    case "install-system":
      return installGeneration(step.root, system);
    case "install-boot-loader":
      return [installBootLoader(step.root)];
    case "add-boot-entries":
      // Each goes before those that are there: the first disk's is made last.
      return step.entries.toReversed().map(bootEntryCommand);
    case "run-hooks":
      return step.commands.map((command) =>
        typeof command === "string" ? ["sh", "-c", command] : [...command],
      );
    case "mark-installed":
      return [
        commentPool(step.pool, step.mark),
        ...step.devices.map((device) => labelLuks(device, step.mark)),
      ];
    case "export-pool":
      return [
        ...step.swap.map(stopSwap),
        unmountTree(step.root),
        ...(step.pool ? [exportPool(step.pool)] : []),
        ...step.mappers.map(closeCrypt),
        ...step.mounts.map(unmountTree),
      ];
    case "leave-mounted":
      return [["sync"]];
    case "check-disks":
    case "check-mounts":
    case "write-flake":
    case "check-flake":
    case "write-files":
    case "keep-records":
      return [];
    default:
      return step satisfies never;
  }
}

/**
 * Whether a command of commandsOf may fail without harm: labelclear fails where there is no label, blkdiscard on a
 * disk that knows no TRIM, and activating a system that does not run in parts that its first boot does again.
 */
export function mayFail(command: readonly string[]): boolean {
  return (
    (command[0] === "zpool" && command[1] === "labelclear") ||
    command[0] === "blkdiscard" ||
    isActivation(command)
  );
}

const roles = { "bios-boot": "BIOS boot", esp: "ESP", swap: "swap", zfs: "ZFS" } as const;

function shapeOf(vdevs: StepOf<"create-pool">["vdevs"]): string {
  const groups = vdevs.filter(({ kind }) => kind !== "spare");
  const spares = vdevs.filter(({ kind }) => kind === "spare").flatMap(({ devices }) => devices).length;
  const kind = groups[0]?.kind ?? "stripe";
  if (kind === "stripe") return groups.length === 1 ? "one disk" : `stripe of ${groups.length}`;
  const width = groups[0]?.devices.length ?? 0;
  const shape = `${groups.length > 1 ? `${groups.length} times ` : ""}${kind} of ${width}`;
  return spares === 0 ? shape : `${shape}, ${spares} spare${spares === 1 ? "" : "s"}`;
}

function shortName(path: string): string {
  return path.replace("/dev/", "");
}

function flakeWords({ directory, files, tree }: StepOf<"write-flake">): string {
  const place = directory.startsWith(`${targetRoot}/`) ? directory.slice(targetRoot.length) : directory;
  return `${place}: ${[...files.map(({ name }) => name), ...(tree ? [`${tree.name}/`] : [])].join(", ")}`;
}
