import type { Bytes } from "../base/bytes.ts";
import type { Disk } from "../machine/machine.ts";
import type { LayoutChoices, VdevKind } from "./choices.ts";
import { partitionFor, partitionsOf } from "./partition.ts";
import type { Vdev } from "./step.ts";
import { usableSpace } from "./usable.ts";

/** One kind of redundancy as the layout screen offers it. */
export interface VdevOption {
  readonly kind: VdevKind;
  readonly title: string;
  /** The fewest disks it works with. */
  readonly needs: number;
  /** What `zfs list` will show as usable; null where it is not possible. */
  readonly usable: Bytes | null;
  /** Which loss it survives: "either of the 2 disks may die". */
  readonly mayDie: string;
  /** Why it is not possible with these disks; null when it is. */
  readonly reason: string | null;
}

interface Kind {
  readonly title: string;
  readonly needs: number;
  readonly parity: number | null;
}

/** In the order they are offered in. */
const kinds: Readonly<Record<VdevKind, Kind>> = {
  single: { title: "single disk", needs: 1, parity: null },
  mirror: { title: "mirror", needs: 2, parity: null },
  stripe: { title: "stripe", needs: 2, parity: null },
  "striped-mirrors": { title: "striped mirrors", needs: 4, parity: null },
  raidz1: { title: "raidz1", needs: 3, parity: 1 },
  raidz2: { title: "raidz2", needs: 4, parity: 2 },
  raidz3: { title: "raidz3", needs: 5, parity: 3 },
};

/** Every kind, possible or not, for these disks. Never throws, whatever the disks are. */
export function vdevOptions(disks: readonly Disk[], layout: LayoutChoices): VdevOption[] {
  return vdevKinds.map((kind) => {
    const reason = whyNotKind(kind, disks.length);
    const usable = reason === null ? usableOf(kind, disks, layout) : null;
    return {
      kind,
      title: kinds[kind].title,
      needs: kinds[kind].needs,
      usable,
      mayDie: mayDieOf(kind, disks.length),
      reason,
    };
  });
}

export const vdevKinds = Object.keys(kinds) as readonly VdevKind[];

export function vdevTitle(kind: VdevKind): string {
  return kinds[kind].title;
}

/** Why a kind is not possible with so many disks; null when it is. */
export function whyNotKind(kind: VdevKind, count: number): string | null {
  const { needs } = kinds[kind];
  if (kind === "single" && count > 1) return `takes 1 disk (${count} chosen)`;
  if (count < needs) return `needs ${needs} disk${needs === 1 ? "" : "s"} (${count} chosen)`;
  if (kind === "striped-mirrors" && count % 2 === 1) return `needs an even number of disks (${count} chosen)`;
  return null;
}

/** The kind that is offered first for so many disks: one that survives the loss of a disk, if there is one. */
export function usualKind(count: number): VdevKind {
  return count < 2 ? "single" : count === 2 ? "mirror" : count === 3 ? "raidz1" : "raidz2";
}

/** Groups items (disks, devices) into top-level vdevs. */
export function groupsOf<T>(kind: VdevKind, items: readonly T[]): { kind: Vdev["kind"]; members: T[] }[] {
  switch (kind) {
    case "single":
    case "stripe":
      return items.map((item) => ({ kind: "stripe", members: [item] }));
    case "striped-mirrors":
      return items.flatMap((item, index) =>
        index % 2 === 0
          ? [{ kind: "mirror" as const, members: [item, ...items.slice(index + 1, index + 2)] }]
          : [],
      );
    default:
      return [{ kind, members: [...items] }];
  }
}

/** What `zfs list` will show for the whole pool. */
export function usableOf(kind: VdevKind, disks: readonly Disk[], layout: LayoutChoices): Bytes {
  const shapes = groupsOf(kind, disks).map(({ members }) => ({
    parity: kinds[kind].parity,
    devices: members.map((disk) => {
      const member = partitionFor(partitionsOf(disk, 1, "", layout), "zfs");
      return Math.max(0, member?.size ?? 0);
    }),
  }));
  return usableSpace(shapes, ashiftOf(disks));
}

/** 12, or more for disks with larger physical sectors: a disk that lies about 512 bytes costs a lot, 4096 costs little. */
export function ashiftOf(disks: readonly Disk[]): number {
  const sectors = disks.map(({ physicalSector }) => Math.ceil(Math.log2(Math.max(1, physicalSector))));
  return Math.min(16, Math.max(12, ...sectors));
}

export function mayDieOf(kind: VdevKind, count: number): string {
  switch (kind) {
    case "single":
      return "no copy: if the disk dies, all is lost";
    case "stripe":
      return "no disk may die: losing one loses all";
    case "mirror":
      return count <= 2 ? "either of the 2 disks may die" : `any ${count - 1} of the ${count} disks may die`;
    case "striped-mirrors":
      return "one disk of each pair may die";
    default: {
      const parity = kinds[kind].parity ?? 0;
      return `any ${parity} of the ${Math.max(count, kinds[kind].needs)} disks may die`;
    }
  }
}
