import type { Bytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import { chosenDisks, layoutIssues } from "./check.ts";
import { contentWith } from "./check-encryption.ts";
import type { BootLoader, Choices, Encryption, VdevKind } from "./choices.ts";
import { datasetsOf } from "./datasets.ts";
import { fitted, withDeclared } from "./declared/index.ts";
import { partitionFor, partitionPath, partitionsOf } from "./partition.ts";
import { type KeySource, poolProperties, rootProperties } from "./pool-properties.ts";
import type { Dataset, Partition, Properties, Vdev } from "./step.ts";
import { groupsOf, mayDieOf, usableOf } from "./vdev.ts";

export { vdevOptions } from "./vdev-options.ts";

/** What the disks will look like: everything the steps, the module and the screens tell of it. */
export interface Layout {
  readonly disks: readonly LayoutDisk[];
  readonly pool: {
    readonly name: string;
    readonly kind: VdevKind;
    /** Spares are the last, of kind "spare". */
    readonly vdevs: readonly Vdev[];
    readonly poolProperties: Properties;
    readonly rootProperties: Properties;
    readonly encryption: Encryption;
    /** Where the members are found at boot: /dev/disk/by-partuuid, or /dev/mapper with LUKS. */
    readonly deviceDirectory: string;
  };
  /** The key of a pool that is unlocked by a file; null otherwise. */
  readonly key: KeySource | null;
  /** ssh in the initrd; null without. */
  readonly unlock: Unlock | null;
  readonly datasets: readonly Dataset[];
  readonly bootLoader: BootLoader;
  /** Mount points of file systems in RAM that the host declares. */
  readonly inRam?: readonly string[];
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
  /** LUKS below its member of the pool; null without. */
  readonly luks: LuksDevice | null;
}

/** An encrypted device and what opens it: name is that of /dev/mapper, "dabei-crypt-1". */
export interface LuksDevice {
  readonly name: string;
  readonly device: string;
}

export interface Unlock {
  readonly authorizedKeys: readonly string[];
  readonly port: number;
  /** The initrd's own host key, a path of the installed system. Made under the target, never in the store. */
  readonly hostKey: string;
}

/** The layout that was chosen, with what is wrong with it. The layout is null when there is an error among the issues. */
export function layoutOf(machine: Machine, choices: Choices): { layout: Layout | null; issues: Issue[] } {
  const { choices: asked, fit, issues: ofFlake } = withDeclared(choices);
  const issues = [...layoutIssues(machine, asked), ...ofFlake];
  if (issues.some(({ severity }) => severity === "error")) return { layout: null, issues };
  const layout = makeLayout(machine, asked);
  return { layout: fit ? fitted(layout, fit) : layout, issues };
}

function makeLayout(machine: Machine, choices: Choices): Layout {
  const { layout, identity, flake } = choices;
  const chosen = chosenDisks(machine, choices);
  const isLuks = layout.encryption === "luks";
  const disks = chosen.map((disk, index): LayoutDisk => {
    const guid = (identity.diskGuids[choices.disks.indexOf(disk.path)] ?? "").toLowerCase();
    const partitions = partitionsOf(disk, index + 1, guid, layout);
    const device = partitionPath(partitionFor(partitions, "zfs")?.guid ?? "");
    return {
      disk,
      guid,
      partitions,
      bootMount: index === 0 ? "/boot" : `/boot-${index + 1}`,
      luks: isLuks ? { name: `dabei-crypt-${index + 1}`, device } : null,
    };
  });
  const members = disks.map(({ luks, partitions }) =>
    luks ? mapperPath(luks.name) : partitionPath(partitionFor(partitions, "zfs")?.guid ?? ""),
  );
  const usable = usableOf(chosen, layout);
  const key = keyOf(machine, choices);
  return {
    disks,
    pool: {
      name: layout.pool,
      kind: layout.vdev,
      vdevs: groupsOf(layout, members).map(({ kind, members }) => ({ kind, devices: members })),
      poolProperties: poolProperties(chosen, layout, flake.zfsVersion),
      rootProperties: rootProperties(layout, key),
      encryption: layout.encryption,
      deviceDirectory: isLuks ? "/dev/mapper" : "/dev/disk/by-partuuid",
    },
    key,
    unlock: unlockOf(choices),
    datasets: datasetsOf(layout, usable),
    bootLoader: layout.bootLoader,
    usable,
    mayDie: mayDieOf(layout, chosen.length),
  };
}

function keyOf(machine: Machine, { layout }: Choices): KeySource | null {
  if (layout.encryption !== "native-key-file" || layout.keyFile === null) return null;
  const { uuid, path } = layout.keyFile;
  return {
    device: `/dev/disk/by-uuid/${uuid}`,
    type: contentWith(uuid, machine)?.type ?? "auto",
    directory: keyDirectory,
    file: `${keyDirectory}${path}`,
  };
}

function unlockOf({ layout, system }: Choices): Unlock | null {
  if (layout.remoteUnlock === null) return null;
  const { authorizedKeys, port } = layout.remoteUnlock;
  return {
    authorizedKeys: authorizedKeys.length > 0 ? authorizedKeys : system.authorizedKeys,
    port,
    hostKey: `${layout.preset === "impermanence" ? "/persist" : ""}/etc/secrets/initrd/ssh_host_ed25519_key`,
  };
}

/** Where the device with the key is mounted, here and in the initrd: the pool remembers the file by this path. */
const keyDirectory = "/key";

/** An opened device of device-mapper. */
export function mapperPath(name: string): string {
  return `/dev/mapper/${name}`;
}
