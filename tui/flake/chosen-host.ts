import type { Choices } from "../plan/choices.ts";
import { diskoDisksOf } from "../plan/disko.ts";
import type { FlakeFacts, HostFacts, Preflight } from "./facts.ts";

/**
 * The choices for a host, with what nix found of it. A host that names its hostId keeps it: the pool is made under it,
 * so that the first boot imports it without force.
 */
export function withHost(choices: Choices, host: HostFacts, { tree }: Pick<FlakeFacts, "tree">): Choices {
  const { way } = host;
  const named: Choices = {
    ...choices,
    flake: {
      ...choices.flake,
      host: host.name,
      zfsVersion: host.zfsVersion,
      evaluated: { way, tree, lock: null, later: null, bootLoader: host.bootLoader },
    },
    system: { ...choices.system, hostId: host.hostId ?? choices.system.hostId },
  };
  // Its script is not run where somebody has mounted the disks.
  if (way.kind !== "disko" || choices.target === "mounted") return named;
  return { ...named, flake: { ...named.flake, diskoDisks: diskoDisksOf(way, named) } };
}

/** The choices with what the preflight adds: the lock that it made, or that there is a check to be made later. */
export function withPreflight(
  choices: Choices,
  { lock, later = null }: Pick<Preflight, "lock" | "later">,
): Choices {
  const { evaluated } = choices.flake;
  if (!evaluated) return choices;
  return { ...choices, flake: { ...choices.flake, evaluated: { ...evaluated, lock, later } } };
}
