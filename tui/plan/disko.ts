import type { Issue } from "../base/errors.ts";
import { whyNot } from "../machine/describe.ts";
import type { Machine } from "../machine/machine.ts";
import { chosenDisks } from "./check.ts";
import type { Choices } from "./choices.ts";
import { homeOf } from "./declared/home.ts";
import type { Disko } from "./evaluated.ts";
import { flakeStep, installSteps } from "./install-steps.ts";
import { installedMark } from "./installed.ts";
import { error } from "./issue.ts";
import { diskoModule } from "./module/index.ts";
import { hostIdProblem, hostnameProblem } from "./names.ts";
import type { Step } from "./step.ts";
import { targetRoot } from "./target.ts";
import { clearedDisks } from "./wipe.ts";

/** Where the flake lies until the target is mounted. */
const beforeTarget = "/run/dabei/disko";

/** The disks that stand for disko's, in disko's order; the first chosen ones where nobody has said which. */
export function diskoDisksOf({ disks: named }: Disko, { disks, flake }: Choices): Record<string, string> {
  if (flake.diskoDisks) return { ...flake.diskoDisks };
  return Object.fromEntries(named.flatMap(({ name }, index) => (disks[index] ? [[name, disks[index]]] : [])));
}

/** What is wrong with the disks that are to stand for disko's. */
export function diskoIssues(machine: Machine, choices: Choices, { disks: named }: Disko): Issue[] {
  const chosen = Object.entries(choices.flake.diskoDisks ?? {});
  const names = named.map(({ name }) => name);
  const missing = names.filter((name) => !chosen.some(([one]) => one === name));
  const unknown = chosen.filter(([name]) => !names.includes(name));
  const paths = chosen.map(([, path]) => path);
  const spare = choices.disks.filter((path) => !paths.includes(path));
  return [
    ...missing.map((name) =>
      error("flake.diskoDisks", `The host's disko devices name a disk ${name}, and no disk stands for it.`),
    ),
    ...unknown.map(([name]) =>
      error("flake.diskoDisks", `There is no disk ${name} in disko.devices: they are ${names.join(", ")}.`),
    ),
    ...(missing.length === 0 ? spare : []).map((path) =>
      error("disks", `Disk ${path} stands for none of disko's (${names.join(", ")}). Do not choose it.`),
    ),
    ...chosen.flatMap(([name, path], index) =>
      diskProblem(machine, name, path, paths.indexOf(path) !== index),
    ),
    ...[
      choices.system.hostname && hostnameProblem(choices.system.hostname),
      hostIdProblem(choices.system.hostId),
    ]
      .filter((problem) => problem !== null && problem !== "")
      .map((problem) => error("system", problem as string)),
  ];
}

function diskProblem(machine: Machine, name: string, path: string, isTwice: boolean): Issue[] {
  const disk = machine.disks.find((one) => one.path === path);
  const reason = disk ? whyNot(disk) : "it is not in this machine";
  if (isTwice) return [error("flake.diskoDisks", `Disk ${path} stands for ${name} and for another.`)];
  return reason === null
    ? []
    : [error(path, `Disk ${path}, which stands for ${name}, cannot be used: ${reason}. Choose another.`)];
}

/** The installation of a host with disko devices: its own script makes disks and mounts, all else is as ever. */
export function diskoSteps(machine: Machine, choices: Choices, { pools }: Disko): Step[] {
  const { flake, system } = choices;
  const module = diskoModule(machine, choices);
  const disks = chosenDisks(machine, { ...choices, disks: Object.values(flake.diskoDisks ?? {}) });
  return [
    flakeStep(choices, module, beforeTarget),
    {
      do: "build-disko",
      flake: `path:${beforeTarget}`,
      host: flake.host,
      substituters: flake.substituters,
    },
    ...clearedDisks(disks, choices.layout),
    { do: "set-host-id", hostId: system.hostId },
    { do: "run-disko", root: targetRoot, host: flake.host },
    ...installSteps(machine, choices, module, `${targetRoot}${homeOf(choices)}/etc/nixos`),
    ...pools.map((pool): Step => {
      const mark = installedMark(system.hostname ?? flake.host);
      return { do: "mark-installed", pool, mark, devices: [] };
    }),
    // Without a pool there are mounts to let go of all the same.
    ...(pools.length > 0 ? pools : [""]).map(
      (pool): Step => ({ do: "export-pool", root: targetRoot, pool, swap: [], mappers: [], mounts: [] }),
    ),
  ];
}
