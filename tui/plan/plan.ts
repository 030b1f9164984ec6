import { GiB, KiB, MiB } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import type { Machine } from "../machine/machine.ts";
import { bootEntrySteps } from "./boot-entries.ts";
import type { Choices } from "./choices.ts";
import { homeOf } from "./declared/home.ts";
import { withDeclared, withoutPreset } from "./declared/index.ts";
import { diskoIssues, diskoSteps } from "./disko.ts";
import { encryptionWords } from "./encryption.ts";
import type { Disko } from "./evaluated.ts";
import { installSteps } from "./install-steps.ts";
import { installedMark } from "./installed.ts";
import { error, warning } from "./issue.ts";
import { type Layout, type LayoutDisk, layoutOf } from "./layout.ts";
import { generatedModule } from "./module/index.ts";
import { mountedIssues } from "./mounted/issues.ts";
import { mountedSteps } from "./mounted/steps.ts";
import { partitionFor, partitionPath } from "./partition.ts";
import type { MountEntry, Partition, Plan, Step } from "./step.ts";
import { swapOf } from "./swap.ts";
import { onTarget, targetRoot } from "./target.ts";
import { vdevTitle } from "./vdev.ts";
import { clearedDisks } from "./wipe.ts";

/**
 * The whole installation for these choices, with everything that is wrong with them. The plan is null when an issue is
 * an error. The same machine and choices give the same plan.
 */
export function planOf(machine: Machine, choices: Choices): { plan: Plan | null; issues: Issue[] } {
  if (choices.target === "mounted") return mountedPlan(machine, choices);
  const way = choices.flake.evaluated?.way;
  if (way?.kind === "disko") return diskoPlan(machine, choices, way);
  const { layout, issues: ofLayout } = layoutOf(machine, choices);
  const issues = [...ofLayout, ...flakeIssues(choices)];
  if (!layout || issues.some(({ severity }) => severity === "error")) return { plan: null, issues };
  const plan: Plan = {
    version: 1,
    hostname: choices.system.hostname ?? choices.flake.host,
    summary: summaryOf(layout, choices),
    steps: stepsOf(machine, layout, withDeclared(choices).choices),
  };
  return { plan, issues };
}

function diskoPlan(machine: Machine, choices: Choices, way: Disko): { plan: Plan | null; issues: Issue[] } {
  const { flake, system } = choices;
  const issues = [...diskoIssues(machine, choices, way), ...flakeIssues(choices)];
  if (issues.some(({ severity }) => severity === "error")) return { plan: null, issues };
  const hostname = system.hostname ?? flake.host;
  const summary = `${hostname} from ${flake.reference}, disks made by its own disko devices`;
  return {
    plan: {
      version: 1,
      hostname,
      summary,
      steps: diskoSteps(machine, { ...choices, layout: withoutPreset(choices.layout) }, way),
    },
    issues,
  };
}

function mountedPlan(machine: Machine, choices: Choices): { plan: Plan | null; issues: Issue[] } {
  const { flake, system } = choices;
  const issues = [...mountedIssues(machine, choices), ...flakeIssues(choices)];
  if (!machine.mounted || issues.some(({ severity }) => severity === "error")) return { plan: null, issues };
  const hostname = system.hostname ?? flake.host;
  const summary = `${hostname} from ${flake.reference}, into what is mounted at ${targetRoot}`;
  const steps = mountedSteps(machine, machine.mounted, {
    ...choices,
    layout: withoutPreset(choices.layout),
  });
  return { plan: { version: 1, hostname, summary, steps }, issues };
}

function flakeIssues({ flake, target }: Choices): Issue[] {
  return [
    ...(flake.reference === ""
      ? [error("flake.reference", "No flake is given. Type a reference, github:example/infra for instance.")]
      : []),
    ...(flake.host === "" ? [error("flake.host", "No host of the flake is chosen.")] : []),
    ...(flake.evaluated?.later
      ? [
          warning(
            "flake.host",
            `Memory is too small to check the host before: it is checked ${target ? "on the way" : "after the erase"}.`,
          ),
        ]
      : []),
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
  const swap = swapOf(layout);
  const luks = disks.flatMap(({ luks }) => luks ?? []);
  return [
    ...clearedDisks(
      disks.map(({ disk }) => disk),
      choices.layout,
    ),
    ...disks.map(
      ({ disk, guid, partitions }): Step => ({
        do: "partition-disk",
        disk: disk.path,
        guid,
        partitions,
      }),
    ),
    ...disks.map(formatEsp),
    ...swap.map(({ path: _, ...swap }): Step => ({ do: "enable-swap", ...swap })),
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
            file: onTarget(unlock.hostKey),
            comment: `initrd of ${system.hostname ?? flake.host}`,
          } satisfies Step,
        ]
      : []),
    ...installSteps(machine, choices, generatedModule(machine, layout, choices), flakeDirectory(choices)),
    ...bootEntrySteps(machine, layout),
    {
      do: "mark-installed",
      pool: pool.name,
      mark: installedMark(system.hostname ?? flake.host),
      devices: luks.map(({ device }) => device),
    },
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
    label: partitionFor(partitions, "esp")?.fileSystem?.label ?? `ESP-${index + 1}`,
    volumeId: partitionFor(partitions, "esp")?.fileSystem?.uuid?.replace("-", "") ?? guid.slice(0, 8),
  };
}

/** Parents before what is mounted in them. */
function mountsOf({ disks, datasets, inRam = [] }: Layout): MountEntry[] {
  const ofDatasets = datasets.flatMap(({ name, mountpoint, properties }): MountEntry[] => {
    if (mountpoint === null) return [];
    // A dataset that names its own place is mounted by this option alone. Source mount.zfs(8).
    const options = properties.mountpoint === "legacy" ? [] : ["zfsutil"];
    return [{ source: name, target: onTarget(mountpoint), type: "zfs", options }];
  });
  const ofRam = inRam.map(
    (place): MountEntry => ({
      source: "tmpfs",
      target: onTarget(place),
      type: "tmpfs",
      options: ["mode=755"],
    }),
  );
  const ofDisks = disks.map(
    ({ partitions, bootMount }): MountEntry => ({
      source: devicesOf([{ partitions }], "esp")[0] ?? "",
      target: onTarget(bootMount),
      type: "vfat",
      options: ["umask=0077"],
    }),
  );
  return [...ofDatasets, ...ofRam, ...ofDisks].sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** The wrapper flake's directory on the target, in a place that stays. */
export function flakeDirectory(choices: Choices): string {
  return onTarget(`${homeOf(choices)}/etc/nixos`);
}

function devicesOf(disks: readonly Pick<LayoutDisk, "partitions">[], role: Partition["role"]): string[] {
  return disks.flatMap(({ partitions }) => {
    const partition = partitionFor(partitions, role);
    return partition ? partitionPath(partition.guid) : [];
  });
}
