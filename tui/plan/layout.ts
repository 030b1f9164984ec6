import type { Bytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import { chosenDisks, layoutIssues } from "./check.ts";
import type { Choices, Compression, VdevKind } from "./choices.ts";
import { datasetsOf } from "./datasets.ts";
import { partitionFor, partitionPath, partitionsOf } from "./partition.ts";
import type { Dataset, Partition, Properties, Vdev } from "./step.ts";
import { ashiftOf, groupsOf, mayDieOf, usableOf } from "./vdev.ts";

export { vdevOptions } from "./vdev.ts";

/** What the disks will look like: everything the steps, the module and the screens tell of it. */
export interface Layout {
  readonly disks: readonly LayoutDisk[];
  readonly pool: {
    readonly name: string;
    readonly kind: VdevKind;
    readonly vdevs: readonly Vdev[];
    readonly poolProperties: Properties;
    readonly rootProperties: Properties;
    readonly encrypted: boolean;
  };
  readonly datasets: readonly Dataset[];
  /** As `zfs list` will show it. */
  readonly usable: Bytes;
  readonly mayDie: string;
}

export interface LayoutDisk {
  readonly disk: Disk;
  readonly guid: string;
  readonly partitions: readonly Partition[];
  /** Where its ESP is mounted: "/boot" for the first, "/boot-2" for the second. */
  readonly bootMount: string;
}

/** The layout that was chosen, with what is wrong with it. The layout is null when there is an error among the issues. */
export function layoutOf(machine: Machine, choices: Choices): { layout: Layout | null; issues: Issue[] } {
  const issues = layoutIssues(machine, choices);
  const failed = issues.some(({ severity }) => severity === "error");
  return { layout: failed ? null : makeLayout(machine, choices), issues };
}

function makeLayout(machine: Machine, choices: Choices): Layout {
  const { layout, identity } = choices;
  const chosen = chosenDisks(machine, choices);
  const disks = chosen.map((disk, index): LayoutDisk => {
    const guid = (identity.diskGuids[choices.disks.indexOf(disk.path)] ?? "").toLowerCase();
    return {
      disk,
      guid,
      partitions: partitionsOf(disk, index + 1, guid, layout),
      bootMount: index === 0 ? "/boot" : `/boot-${index + 1}`,
    };
  });
  const members = disks.flatMap(({ partitions }) => partitionFor(partitions, "zfs") ?? []);
  const usable = usableOf(layout.vdev, chosen, layout);
  const encrypted = layout.encryption === "native";
  return {
    disks,
    pool: {
      name: layout.pool,
      kind: layout.vdev,
      vdevs: groupsOf(layout.vdev, members).map(({ kind, members }) => ({
        kind,
        devices: members.map(({ guid }) => partitionPath(guid)),
      })),
      poolProperties: {
        ashift: String(ashiftOf(chosen)),
        autotrim: chosen.every(({ rotational }) => rotational) ? "off" : "on",
      },
      rootProperties: rootProperties(layout.compression, encrypted),
      encrypted,
    },
    datasets: datasetsOf(layout, usable),
    usable,
    mayDie: mayDieOf(layout.vdev, chosen.length),
  };
}

/** Properties that every dataset inherits. Source zfsprops(7), and what other installers agree on. */
function rootProperties(compression: Compression, encrypted: boolean): Properties {
  return {
    canmount: "off",
    mountpoint: "none",
    acltype: "posixacl",
    xattr: "sa",
    dnodesize: "auto",
    normalization: "formD",
    relatime: "on",
    compression,
    ...(encrypted ? { encryption: "aes-256-gcm", keyformat: "passphrase", keylocation: "prompt" } : {}),
  };
}
