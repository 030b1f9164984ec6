import type { Bytes } from "../base/bytes.ts";
import type { Machine, MountedFileSystem } from "../machine/machine.ts";
import { chosenDisks } from "./check.ts";
import type { Choices, FlakeChoices } from "./choices.ts";
import type { EvaluatedHost, Way } from "./evaluated.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { espOf } from "./mounted/facts.ts";
import { storeAmong } from "./target.ts";

/** What a host is held against when it is evaluated with its module: this machine, and what was chosen for it. */
export interface Expected {
  readonly host: EvaluatedHost & { readonly name: string; readonly way: Way["kind"] };
  readonly machine: Pick<Machine, "architecture" | "firmware" | "efiVariables">;
  /** How many are chosen. */
  readonly disks: number;
  /** Null where nobody knows. */
  readonly espSize: Bytes | null;
  readonly hostId: string;
  /** For the store; null where it is not known. */
  readonly usable: Bytes | null;
  /** What somebody has mounted, where the system goes there. Absent: the disks are made. */
  readonly mounted?: readonly MountedFileSystem[];
  /** Whether the host may be checked after the disks are written, where memory is too small before. */
  readonly mayBeLate: boolean;
  readonly caches: Pick<FlakeChoices, "substituters" | "missingCache">;
}

export function expectedOf(machine: Machine, choices: Choices, host: EvaluatedHost): Expected {
  const { architecture, firmware, efiVariables } = machine;
  const { flake, layout, system } = choices;
  const { substituters, missingCache } = flake;
  const { system: platform, bootLoader } = host;
  const kind = flake.evaluated?.way.kind ?? "generated";
  const mounted = choices.target === "mounted" ? (machine.mounted?.fileSystems ?? []) : null;
  // disko's own script is not run then: the host declares its file systems like any other.
  const way = mounted && kind === "disko" ? "declared" : kind;
  return {
    host: { name: flake.host, system: platform, bootLoader, way },
    machine: { architecture, firmware, efiVariables },
    disks: choices.disks.length,
    espSize: mounted ? (espOf(mounted)?.size ?? null) : layout.espSize,
    hostId: system.hostId,
    usable: mounted ? freeForStore(mounted) : usableSpace(machine, choices),
    ...(mounted ? { mounted } : {}),
    mayBeLate: flake.smallMemory !== "stop",
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

/** On what the store is mounted. */
function freeForStore(mounted: readonly MountedFileSystem[]): Bytes | null {
  return storeAmong(mounted, ({ place }) => place)?.free ?? null;
}

/** What other datasets keep for themselves. */
function keptFromStore({ datasets }: Layout): Bytes {
  const store = storeAmong(datasets, ({ mountpoint }) => mountpoint);
  return datasets
    .filter((dataset) => dataset !== store)
    .reduce((sum, { properties }) => sum + Number(properties.refreservation ?? 0), 0);
}
