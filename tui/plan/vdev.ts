import { type Bytes, MiB } from "../base/bytes.ts";
import type { Disk } from "../machine/machine.ts";
import type { LayoutChoices, VdevKind } from "./choices.ts";
import { partitionFor, partitionsOf } from "./partition.ts";
import type { Vdev } from "./step.ts";
import { usableSpace } from "./usable.ts";

/** What decides how disks are grouped. */
export type Shape = Pick<LayoutChoices, "vdev" | "groupWidth" | "spares">;

interface Kind {
  readonly title: string;
  /** The fewest disks of one group. */
  readonly least: number;
  readonly parity: number | null;
}

/** In the order they are offered in. */
const kinds: Readonly<Record<VdevKind, Kind>> = {
  single: { title: "single disk", least: 1, parity: null },
  mirror: { title: "mirror", least: 2, parity: null },
  stripe: { title: "stripe", least: 2, parity: null },
  "striped-mirrors": { title: "striped mirrors", least: 2, parity: null },
  raidz1: { title: "raidz1", least: 3, parity: 1 },
  raidz2: { title: "raidz2", least: 4, parity: 2 },
  raidz3: { title: "raidz3", least: 5, parity: 3 },
};

export const vdevKinds = Object.keys(kinds) as readonly VdevKind[];

/** A LUKS2 header, which the pool's member loses in front. Source cryptsetup-luksFormat(8), --offset. */
export const luksHeader: Bytes = 16 * MiB;

export function vdevTitle(kind: VdevKind): string {
  return kinds[kind].title;
}

/** "raidz1", "raidz1, 2 groups of 3", "striped mirrors of 3". */
export function shapeTitle({ vdev, groupWidth, spares }: Shape, count: number): string {
  const groups = groupWidth === null ? 1 : Math.floor((count - spares) / groupWidth);
  const title = kinds[vdev].title;
  if (groupWidth === null || (isRaidz(vdev) && groups < 2)) return title;
  return isRaidz(vdev) ? `${title}, ${groups} groups of ${groupWidth}` : `${title} of ${groupWidth}`;
}

/** The fewest disks that a shape works with, spares among them. */
export function disksNeeded({ vdev, groupWidth, spares }: Shape): number {
  const width = Math.max(kinds[vdev].least, isGrouped(vdev) ? (groupWidth ?? 0) : 0);
  return (vdev === "striped-mirrors" ? 2 * width : width) + spares;
}

/** Why a shape is not possible with so many disks; null when it is. */
export function whyNotShape(shape: Shape, count: number): string | null {
  const { vdev, groupWidth, spares } = shape;
  const chosen = spares === 0 ? `${count} chosen` : `${count} chosen, ${spares} of them spare`;
  const { least } = kinds[vdev];
  if (!Number.isInteger(spares) || spares < 0) return "takes a whole number of spares";
  if (spares > 0 && (vdev === "single" || vdev === "stripe"))
    return "has nothing that a spare could replace: what a lost disk held is lost";
  if (groupWidth !== null && !isGrouped(vdev)) return "has no groups, so groupWidth must be left out";
  if (groupWidth !== null && (!Number.isInteger(groupWidth) || groupWidth < least))
    return `takes groups of ${least} disks and more`;
  if (vdev === "single" && count > 1) return `takes 1 disk (${chosen})`;
  const needs = disksNeeded(shape);
  if (count < needs) return `needs ${needs} disk${needs === 1 ? "" : "s"} (${chosen})`;
  const width = widthOf(shape, count - spares);
  if ((count - spares) % width === 0) return null;
  return width === 2
    ? `needs an even number of disks (${chosen})`
    : `needs a multiple of ${width} disks (${chosen})`;
}

/** The kind that is offered first for so many disks: one that survives the loss of a disk, if there is one. */
export function usualKind(count: number): VdevKind {
  return count < 2 ? "single" : count === 2 ? "mirror" : count === 3 ? "raidz1" : "raidz2";
}

/** Groups items (disks, devices) into top-level vdevs, in their order; the last ones are spares. */
export function groupsOf<T>(shape: Shape, items: readonly T[]): { kind: Vdev["kind"]; members: T[] }[] {
  const { vdev, spares } = shape;
  const members = items.slice(0, Math.max(0, items.length - spares));
  const spare = items.slice(members.length);
  const kind = { single: "stripe", "striped-mirrors": "mirror" }[vdev as string] ?? vdev;
  const width = kind === "stripe" ? 1 : Math.max(1, widthOf(shape, members.length));
  const groups = Array.from({ length: Math.ceil(members.length / width) }, (_, index) => ({
    kind: kind as Vdev["kind"],
    members: members.slice(index * width, (index + 1) * width),
  }));
  return spare.length > 0 ? [...groups, { kind: "spare", members: spare }] : groups;
}

/** Which of the items are spares: the last ones. */
export function sparesOf<T>(shape: Shape, items: readonly T[]): readonly T[] {
  return groupsOf(shape, items).find(({ kind }) => kind === "spare")?.members ?? [];
}

/** What `zfs list` will show for the whole pool. */
export function usableOf(disks: readonly Disk[], layout: LayoutChoices): Bytes {
  const header = layout.encryption === "luks" ? luksHeader : 0;
  const shapes = groupsOf(layout, disks)
    .filter(({ kind }) => kind !== "spare")
    .map(({ members }) => ({
      parity: kinds[layout.vdev].parity,
      devices: members.map((disk) => {
        const member = partitionFor(partitionsOf(disk, 1, "", layout), "zfs");
        return Math.max(0, (member?.size ?? 0) - header);
      }),
    }));
  return usableSpace(shapes, ashiftOf(disks, layout.ashift));
}

/** 12, or more for disks with larger physical sectors: a disk that lies about 512 bytes costs a lot, 4096 costs little. */
export function ashiftOf(disks: readonly Disk[], wanted: LayoutChoices["ashift"] = "auto"): number {
  if (wanted !== "auto") return wanted;
  const sectors = disks.map(({ physicalSector }) => Math.ceil(Math.log2(Math.max(1, physicalSector))));
  return Math.min(16, Math.max(12, ...sectors));
}

/** Which loss a shape survives: "either of the 2 disks may die". Spares are told, not counted. */
export function mayDieOf(shape: Shape, count: number): string {
  const { vdev, spares } = shape;
  const data = Math.max(count - spares, disksNeeded({ ...shape, spares: 0 }));
  const width = widthOf(shape, data);
  const parity = vdev === "mirror" || vdev === "striped-mirrors" ? width - 1 : (kinds[vdev].parity ?? 0);
  const after = spares > 0 ? `; ${spares === 1 ? "a spare steps" : `${spares} spares step`} in` : "";
  if (vdev === "single") return "no copy: if the disk dies, all is lost";
  if (vdev === "stripe") return "no disk may die, or all is lost";
  if (vdev === "striped-mirrors")
    return (
      (width === 2 ? "one disk of each pair may die" : `any ${parity} of each ${width} disks may die`) + after
    );
  if (data > width) return `any ${parity} of each group of ${width} may die${after}`;
  if (vdev === "mirror" && data === 2) return `either of the 2 disks may die${after}`;
  return `any ${parity} of the ${data} disks may die${after}`;
}

/** Disks of one top-level vdev. */
function widthOf({ vdev, groupWidth }: Shape, count: number): number {
  if (vdev === "striped-mirrors") return groupWidth ?? 2;
  return isRaidz(vdev) ? (groupWidth ?? count) : vdev === "mirror" ? count : 1;
}

function isRaidz(kind: VdevKind): boolean {
  return kinds[kind].parity !== null;
}

/** Whether a group width means something to it. */
export function isGrouped(kind: VdevKind): boolean {
  return isRaidz(kind) || kind === "striped-mirrors";
}
