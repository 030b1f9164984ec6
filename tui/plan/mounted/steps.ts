import type { Machine, Mounted } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import { installSteps } from "../install-steps.ts";
import { installedMark } from "../installed.ts";
import { mountedModule } from "../module/index.ts";
import type { Step } from "../step.ts";
import { targetRoot } from "../target.ts";
import { directoryIn, poolsOf } from "./facts.ts";

/** The installation into what somebody has mounted: no disk is partitioned, formatted or let go of. */
export function mountedSteps(machine: Machine, mounted: Mounted, choices: Choices): Step[] {
  const { flake, system } = choices;
  const pools = poolsOf(mounted);
  const module = mountedModule(machine, mounted, choices);
  const install = installSteps(machine, choices, module, directoryIn(mounted));
  return [
    {
      do: "check-mounts",
      root: targetRoot,
      mounts: mounted.fileSystems.map(({ place, source, type }) => ({ place, source, type })),
    },
    { do: "set-host-id", hostId: system.hostId },
    // Keys that are there are those that people know the machine by.
    ...install
      .filter((step) => step.do !== "write-host-keys" || !keepsKeys(mounted, choices))
      .map((step): Step => (step.do === "install-boot-loader" ? { ...step, isByHand: true } : step)),
    ...pools
      .filter((name) => mayMark(machine, name))
      .map((name): Step => {
        return {
          do: "mark-installed",
          pool: name,
          mark: installedMark(system.hostname ?? flake.host),
          devices: [],
        };
      }),
    { do: "leave-mounted", root: targetRoot, pool: pools[0] ?? "" },
  ];
}

function keepsKeys({ hostKeys }: Mounted, { system }: Choices): boolean {
  return hostKeys.length > 0 && typeof system.hostKeys === "string";
}

/** A comment that somebody has made is not written over. */
function mayMark({ disks }: Machine, pool: string): boolean {
  const comments = disks.flatMap(({ contents }) =>
    contents.flatMap((one) => (one.pool?.name === pool ? (one.pool.comment ?? []) : [])),
  );
  return comments.every((comment) => comment === "" || comment.startsWith("nix-dabei: "));
}
