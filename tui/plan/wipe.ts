import { MiB } from "../base/bytes.ts";
import { holdersOfAll } from "../machine/holders.ts";
import type { Disk } from "../machine/machine.ts";
import type { LayoutChoices } from "./choices.ts";
import { identityOf } from "./identity.ts";
import type { Step } from "./step.ts";

/** The last look at disks, and then nothing holds them and nothing is on them. */
export function clearedDisks(disks: readonly Disk[], layout: Pick<LayoutChoices, "discard">): Step[] {
  return [
    { do: "check-disks", disks: disks.map(identityOf) },
    ...holdersOfAll(disks).map((holder): Step => ({ do: "release-device", holder })),
    ...disks.map((disk): Step => {
      // An extended partition of a DOS table shows as 1 KiB: nothing of its own is in it.
      const partitions = disk.contents.flatMap(({ number, path, size }) =>
        number === null || size < MiB ? [] : path,
      );
      return { do: "wipe-disk", disk: disk.path, partitions, discard: layout.discard };
    }),
  ];
}
