import type { Bytes } from "../base/bytes.ts";
import type { Disk } from "../machine/machine.ts";
import type { LayoutChoices, VdevKind } from "./choices.ts";
import {
  disksNeeded,
  isGrouped,
  mayDieOf,
  type Shape,
  shapeTitle,
  usableOf,
  vdevKinds,
  whyNotShape,
} from "./vdev.ts";

/** One kind of redundancy as the layout screen offers it. */
export interface VdevOption {
  readonly kind: VdevKind;
  readonly groupWidth: number | null;
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

/** Every kind, possible or not, and its possible groupings of these disks. Never throws, whatever the disks are. */
export function vdevOptions(disks: readonly Disk[], layout: LayoutChoices): VdevOption[] {
  const count = disks.length;
  const { spares } = layout;
  return vdevKinds.flatMap((vdev) =>
    [null, ...widthsOf(vdev, count - spares)].map((groupWidth): VdevOption => {
      const shape: Shape = { vdev, groupWidth, spares };
      const reason = whyNotShape(shape, count);
      return {
        kind: vdev,
        groupWidth,
        title: shapeTitle(shape, count),
        needs: disksNeeded(shape),
        usable: reason === null ? usableOf(disks, { ...layout, ...shape }) : null,
        mayDie: mayDieOf(shape, count),
        reason,
      };
    }),
  );
}

/** Group widths that divide so many disks into two groups and more, beside the one that null stands for. */
function widthsOf(vdev: VdevKind, count: number): number[] {
  if (!isGrouped(vdev)) return [];
  const widths = Array.from({ length: Math.max(0, Math.floor(count / 2)) }, (_, index) => index + 1);
  return widths.filter((groupWidth) => {
    const isUsual = vdev === "striped-mirrors" && groupWidth === 2;
    return !isUsual && whyNotShape({ vdev, groupWidth, spares: 0 }, count) === null;
  });
}
