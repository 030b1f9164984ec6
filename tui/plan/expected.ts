import type { Bytes } from "../base/bytes.ts";
import type { Machine } from "../machine/machine.ts";
import { chosenDisks } from "./check.ts";
import type { Choices, FlakeChoices } from "./choices.ts";
import type { EvaluatedHost, Way } from "./evaluated.ts";
import { type Layout, layoutOf } from "./layout.ts";

/** What a host is held against when it is evaluated with its module: this machine, and what was chosen for it. */
export interface Expected {
  readonly host: EvaluatedHost & { readonly name: string; readonly way: Way["kind"] };
  readonly machine: Pick<Machine, "architecture" | "firmware" | "efiVariables">;
  /** How many are chosen. */
  readonly disks: number;
  readonly espSize: Bytes;
  readonly hostId: string;
  /** For the store; null where it is not known. */
  readonly usable: Bytes | null;
  readonly caches: Pick<FlakeChoices, "substituters" | "missingCache">;
}

export function expectedOf(machine: Machine, choices: Choices, host: EvaluatedHost): Expected {
  const { architecture, firmware, efiVariables } = machine;
  const { flake, layout, system } = choices;
  const { substituters, missingCache } = flake;
  const { system: platform, bootLoader } = host;
  const way = flake.evaluated?.way.kind ?? "generated";
  return {
    host: { name: flake.host, system: platform, bootLoader, way },
    machine: { architecture, firmware, efiVariables },
    disks: choices.disks.length,
    espSize: layout.espSize,
    hostId: system.hostId,
    usable: usableSpace(machine, choices),
    caches: { substituters, ...(missingCache ? { missingCache } : {}) },
  };
}

/** Of the pool, for the store; of all disks where disko makes what nobody knows before. */
function usableSpace(machine: Machine, choices: Choices): Bytes | null {
  if (choices.flake.evaluated?.way.kind === "disko")
    return chosenDisks(machine, choices).reduce((sum, { size }) => sum + size, 0);
  const { layout } = layoutOf(machine, choices);
  return layout && layout.usable - keptFromStore(layout);
}

/** What other datasets keep for themselves. */
function keptFromStore({ datasets }: Layout): Bytes {
  const mounted = (place: string) => datasets.find(({ mountpoint }) => mountpoint === place);
  const store = mounted("/nix/store") ?? mounted("/nix") ?? mounted("/");
  return datasets
    .filter((dataset) => dataset !== store)
    .reduce((sum, { properties }) => sum + Number(properties.refreservation ?? 0), 0);
}
