import { type Bytes, formatBytes, GiB } from "../../base/bytes.ts";
import type { Issue } from "../../base/errors.ts";
import type { Choices, LayoutChoices } from "../choices.ts";
import type { Layout, LayoutDisk } from "../layout.ts";
import type { Partition } from "../step.ts";
import type { Marks } from "./device.ts";
import { type Fit, fitOf } from "./fit.ts";

/** What a preset means beside its datasets (an empty / at each boot) is the host's own affair. */
export function withoutPreset(layout: LayoutChoices): LayoutChoices {
  return { ...layout, preset: "simple", datasets: null };
}

/** For a host that declares swap where the layout names no size. */
const usualSwap: Bytes = 4 * GiB;

/** The choices as a host leaves them that declares its own file systems: pool and swap are named by it. */
export function withDeclared(choices: Choices): { choices: Choices; fit: Fit | null; issues: Issue[] } {
  const way = choices.flake.evaluated?.way;
  if (way?.kind !== "declared") return { choices, fit: null, issues: [] };
  const { fit, issues } = fitOf(way);
  if (!fit) return { choices, fit, issues };
  const { layout, disks } = choices;
  const isSized = fit.swap.length === 0 || layout.swap > 0;
  const swap = fit.swap.length === 0 ? 0 : layout.swap || usualSwap;
  return {
    choices: { ...choices, layout: { ...withoutPreset(layout), pool: fit.pool, swap } },
    fit,
    issues: [
      ...issues,
      ...encryptionIssues(choices),
      ...tooFew(fit.esps.length, "ESPs", disks.length),
      ...tooFew(fit.swap.length, "swap partitions", disks.length),
      ...(isSized
        ? []
        : [
            warning(`The host declares swap: ${formatBytes(swap)} of each disk. The layout can name a size.`),
          ]),
    ],
  };
}

/** The layout with the names by which the host finds its partitions, and its own datasets. */
export function fitted(layout: Layout, fit: Fit): Layout {
  const reserved = `${fit.pool}/reserved`;
  const keepsReserve = !fit.datasets.some(({ name }) => name === reserved);
  return {
    ...layout,
    datasets: [...fit.datasets, ...layout.datasets.filter(({ name }) => keepsReserve && name === reserved)],
    inRam: fit.inRam,
    // GRUB can be on every disk; what else the host enables stays as it is.
    bootLoader: "grub",
    disks: layout.disks.map((disk, index) => fittedDisk(disk, index, fit)),
  };
}

function fittedDisk(disk: LayoutDisk, index: number, { esps, swap }: Fit): LayoutDisk {
  const esp = esps[index];
  const marks: Partial<Record<Partition["role"], Marks | undefined>> = {
    esp: esp?.marks,
    swap: swap[index]?.marks,
  };
  return {
    ...disk,
    bootMount: esp?.mountPoint ?? freeBootMount(disk.bootMount, esps),
    partitions: disk.partitions.map((partition) => {
      const named = marked(partition, marks[partition.role]);
      return partition.role === "swap" ? withUse(named, swap[index]) : named;
    }),
  };
}

/** An ESP that the host does not name still needs a place, which must not be that of another. */
function freeBootMount(mount: string, esps: Fit["esps"]): string {
  return esps.some(({ mountPoint }) => mountPoint === mount) ? `${mount}-more` : mount;
}

function marked(partition: Partition, marks: Marks | undefined): Partition {
  if (!marks) return partition;
  const { partLabel, partGuid, label, uuid } = marks;
  return {
    ...partition,
    ...(partLabel === undefined ? {} : { label: partLabel }),
    ...(partGuid === undefined ? {} : { guid: partGuid }),
    ...(label === undefined && uuid === undefined
      ? {}
      : { fileSystem: { label: label ?? null, uuid: uuid ?? null } }),
  };
}

/** Swap that the host does not format by itself is formatted now; what it does not name is left alone. */
function withUse(partition: Partition, swap: Fit["swap"][number] | undefined): Partition {
  if (!swap || swap.isRandom) return { ...partition, isRandomSwap: true };
  return { ...partition, fileSystem: partition.fileSystem ?? { label: null, uuid: null } };
}

/** What needs the host's own initrd to know of it: the host declares its disks, and so its initrd, by itself. */
function encryptionIssues({ layout }: Choices): Issue[] {
  if (layout.remoteUnlock !== null)
    return [
      refusal("ssh in the initrd is set up by the host itself. Leave remote unlocking out of the layout."),
    ];
  if (layout.encryption === "none" || layout.encryption === "native") return [];
  return [refusal("it can be encrypted by ZFS with a passphrase, or not at all. Choose that in the layout.")];
}

function refusal(way: string): Issue {
  const message = `The host declares its own file systems: ${way}`;
  return { where: "layout.encryption", message, severity: "error" };
}

function tooFew(needed: number, what: string, disks: number): Issue[] {
  if (needed <= disks) return [];
  const message = `The host mounts ${needed} ${what}, one a disk, and ${disks} ${disks === 1 ? "disk is" : "disks are"} chosen. Choose ${needed}.`;
  return [{ where: "disks", message, severity: "error" }];
}

function warning(message: string): Issue {
  return { where: "layout.swap", message, severity: "warning" };
}
