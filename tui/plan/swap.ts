import type { Layout } from "./layout.ts";
import { mapperPath } from "./layout.ts";
import { partitionFor, partitionPath } from "./partition.ts";
import type { Partition } from "./step.ts";

/** A swap partition as the installation uses it; path is what swapon is given. */
interface Swap {
  readonly device: string;
  readonly mapper: string | null;
  readonly path: string;
  readonly fileSystem?: NonNullable<Partition["fileSystem"]>;
}

/** Swap that is used during the installation too: with a random key where the pool is encrypted. */
export function swapOf({ disks, pool }: Layout): Swap[] {
  return disks.flatMap(({ partitions }, index): Swap[] => {
    const partition = partitionFor(partitions, "swap");
    // A host that declares it with a random key overwrites it at each boot, and finds it by its partition alone.
    if (!partition || partition.isRandomSwap) return [];
    const device = partitionPath(partition.guid);
    const { fileSystem } = partition;
    // What a host declares without a key is formatted as it is, since the host will not do it.
    if (fileSystem) return [{ device, mapper: null, path: device, fileSystem }];
    const mapper = pool.encryption === "none" ? null : `dabei-swap-${index + 1}`;
    return [{ device, mapper, path: mapper ? mapperPath(mapper) : device }];
  });
}
