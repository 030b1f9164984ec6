import { GiB, KiB, MiB } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import { holdersOfAll } from "../machine/holders.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { encryptionWords } from "./encryption.ts";
import { identityOf } from "./identity.ts";
import { error } from "./issue.ts";
import { type Layout, type LayoutDisk, layoutOf, mapperPath } from "./layout.ts";
import { generatedModule } from "./module/index.ts";
import { wrapperFlake } from "./module/wrapper.ts";
import { partitionFor, partitionPath } from "./partition.ts";
import type { MountEntry, Partition, Plan, Step } from "./step.ts";
import { stepsAfterSystem, stepsBeforeSystem } from "./system-steps.ts";
import { vdevTitle } from "./vdev.ts";

/** Where the system is put together. */
export const targetRoot = "/mnt";

/**
 * The whole installation for these choices, with everything that is wrong with them. The plan is null when an issue is
 * an error. The same machine and choices give the same plan.
 */
export function planOf(machine: Machine, choices: Choices): { plan: Plan | null; issues: Issue[] } {
  const { layout, issues: ofLayout } = layoutOf(machine, choices);
  const issues = [...ofLayout, ...flakeIssues(choices)];
  if (!layout || issues.some(({ severity }) => severity === "error")) return { plan: null, issues };
  const plan: Plan = {
    version: 1,
    hostname: choices.system.hostname ?? choices.flake.host,
    summary: summaryOf(layout, choices),
    steps: stepsOf(machine, layout, choices),
  };
  return { plan, issues };
}

function flakeIssues({ flake }: Choices): Issue[] {
  return [
    ...(flake.reference === ""
      ? [error("flake.reference", "No flake is given. Type a reference, github:example/infra for instance.")]
      : []),
    ...(flake.host === "" ? [error("flake.host", "No host of the flake is chosen.")] : []),
  ];
}

/** One line: "web1 from github:example/infra, mirror of 2 disks, native encryption". */
function summaryOf({ disks, pool }: Layout, { flake, system }: Choices): string {
  const shape = disks.length === 1 ? vdevTitle("single") : `${vdevTitle(pool.kind)} of ${disks.length} disks`;
  const name = system.hostname ?? flake.host;
  return `${name} from ${flake.reference}, ${shape}, ${encryptionWords(pool.encryption)}`;
}

function stepsOf(machine: Machine, layout: Layout, choices: Choices): Step[] {
  const { disks, pool, datasets, key, unlock } = layout;
  const { flake, system } = choices;
  const swap = devicesOf(disks, "swap").map((device, index) => {
    const mapper = pool.encryption === "none" ? null : `dabei-swap-${index + 1}`;
    return { device, mapper, path: mapper ? mapperPath(mapper) : device };
  });
  const luks = disks.flatMap(({ luks }) => luks ?? []);
  const directory = flakeDirectory(choices);
  return [
    { do: "check-disks", disks: disks.map(({ disk }) => identityOf(disk)) },
    ...holdersOfAll(disks.map(({ disk }) => disk)).map((holder): Step => ({ do: "release-device", holder })),
    ...disks.map(({ disk }): Step => {
      // An extended partition of a DOS table shows as 1 KiB: nothing of its own is in it.
      const partitions = disk.contents.flatMap(({ number, path, size }) =>
        number === null || size < MiB ? [] : path,
      );
      const discard = choices.layout.discard && !disk.rotational;
      return { do: "wipe-disk", disk: disk.path, partitions, discard };
    }),
    ...disks.map(
      ({ disk, guid, partitions }): Step => ({
        do: "partition-disk",
        disk: disk.path,
        guid,
        partitions,
      }),
    ),
    ...disks.map(formatEsp),
    ...swap.map(({ device, mapper }): Step => ({ do: "enable-swap", device, mapper })),
    ...luks.map(
      ({ name, device }): Step => ({
        do: "encrypt-device",
        device,
        mapper: name,
        memory: unlockMemory(machine),
      }),
    ),
    ...(key ? [{ do: "open-key", ...key } satisfies Step] : []),
    { do: "set-host-id", hostId: system.hostId },
    {
      do: "create-pool",
      pool: pool.name,
      vdevs: pool.vdevs,
      poolProperties: pool.poolProperties,
      rootProperties: pool.rootProperties,
      encryption: pool.encryption,
      directory: pool.deviceDirectory,
    },
    { do: "create-datasets", datasets },
    { do: "mount-target", root: targetRoot, mounts: mountsOf(layout) },
    ...(unlock
      ? [
          {
            do: "make-unlock-key",
            file: below(unlock.hostKey),
            comment: `initrd of ${system.hostname ?? flake.host}`,
          } satisfies Step,
        ]
      : []),
    {
      do: "write-flake",
      directory,
      files: [
        ...wrapperFlake(choices),
        { name: "dabei.nix", text: generatedModule(machine, layout, choices) },
      ],
    },
    ...stepsBeforeSystem(machine, choices, targetRoot),
    {
      do: "build-system",
      root: targetRoot,
      flake: `path:${directory}`,
      host: flake.host,
      substituters: flake.substituters,
    },
    { do: "install-system", root: targetRoot },
    ...stepsAfterSystem(choices, targetRoot),
    { do: "install-boot-loader", root: targetRoot },
    { do: "keep-records", root: targetRoot },
    {
      do: "export-pool",
      root: targetRoot,
      pool: pool.name,
      swap: swap.map(({ path }) => path),
      mappers: [...swap.flatMap(({ mapper }) => mapper ?? []), ...luks.map(({ name }) => name)],
      mounts: key ? [key.directory] : [],
    },
  ];
}

/** An eighth of the memory, in KiB: the initrd of this machine, or of one half as large, can still open it. */
function unlockMemory({ memory }: Machine): number {
  return Math.floor(Math.min(GiB, Math.max(32 * MiB, memory / 8)) / KiB);
}

function formatEsp({ guid, partitions }: LayoutDisk, index: number): Step {
  return {
    do: "format-esp",
    device: devicesOf([{ partitions }], "esp")[0] ?? "",
    label: `ESP-${index + 1}`,
    volumeId: guid.slice(0, 8),
  };
}

/** Parents before what is mounted in them. */
function mountsOf({ disks, datasets }: Layout): MountEntry[] {
  const ofDatasets = datasets.flatMap(({ name, mountpoint }): MountEntry[] =>
    mountpoint === null ? [] : [{ source: name, target: below(mountpoint), type: "zfs", options: [] }],
  );
  const ofDisks = disks.map(
    ({ partitions, bootMount }): MountEntry => ({
      source: devicesOf([{ partitions }], "esp")[0] ?? "",
      target: below(bootMount),
      type: "vfat",
      options: ["umask=0077"],
    }),
  );
  return [...ofDatasets, ...ofDisks].sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** The wrapper flake's directory on the target: / is emptied at every boot of an impermanent system, /persist is not. */
export function flakeDirectory({ layout }: Choices): string {
  return below(layout.preset === "impermanence" ? "/persist/etc/nixos" : "/etc/nixos");
}

function below(path: string): string {
  return path === "/" ? targetRoot : `${targetRoot}${path}`;
}

function devicesOf(disks: readonly Pick<LayoutDisk, "partitions">[], role: Partition["role"]): string[] {
  return disks.flatMap(({ partitions }) => {
    const partition = partitionFor(partitions, role);
    return partition ? partitionPath(partition.guid) : [];
  });
}
