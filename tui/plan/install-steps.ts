import type { Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { expectedOf } from "./expected.ts";
import { treeName, wrapperFlake } from "./module/wrapper.ts";
import { besideFlake } from "./mounted/facts.ts";
import type { Step } from "./step.ts";
import { stepsAfterSystem, stepsBeforeSystem } from "./system-steps.ts";
import { targetRoot } from "./target.ts";

/** What joins the host, and the flake that joins it: the files of /etc/nixos. */
export function flakeStep(choices: Choices, module: string, directory: string): Step & { do: "write-flake" } {
  const { evaluated } = choices.flake;
  const tree = evaluated?.tree ?? null;
  const lock = evaluated?.lock ?? null;
  return {
    do: "write-flake",
    directory,
    files: [
      ...wrapperFlake(choices, directory.endsWith(besideFlake) ? besideFlake : undefined),
      { name: "dabei.nix", text: module },
      ...(lock === null ? [] : [{ name: "flake.lock", text: lock }]),
    ],
    ...(tree === null ? {} : { tree: { from: tree.path, name: treeName } }),
  };
}

/** From a mounted target to an installed system; what remains is to let go of the target. */
export function installSteps(machine: Machine, choices: Choices, module: string, directory: string): Step[] {
  const { flake } = choices;
  const later = flake.evaluated?.later;
  return [
    flakeStep(choices, module, directory),
    ...(later
      ? [
          {
            do: "check-flake",
            root: targetRoot,
            directory,
            expected: expectedOf(machine, choices, later),
          } satisfies Step,
        ]
      : []),
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
    ...(choices.after?.length
      ? [{ do: "run-hooks", root: targetRoot, commands: choices.after } satisfies Step]
      : []),
    { do: "keep-records", root: targetRoot },
  ];
}
