import type { Choices } from "../plan/choices.ts";
import { diskoDisksOf } from "../plan/disko.ts";
import type { FlakeFacts, HostFacts } from "./facts.ts";

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
      evaluated: { way, tree, lock: null },
    },
    system: { ...choices.system, hostId: host.hostId ?? choices.system.hostId },
  };
  if (way.kind !== "disko") return named;
  return { ...named, flake: { ...named.flake, diskoDisks: diskoDisksOf(way, named) } };
}

/** The choices with the lock that the preflight made. */
export function withLock(choices: Choices, lock: string | null): Choices {
  const { evaluated } = choices.flake;
  return evaluated ? { ...choices, flake: { ...choices.flake, evaluated: { ...evaluated, lock } } } : choices;
}
