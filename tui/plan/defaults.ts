import { GiB } from "../base/bytes.ts";
import { canChoose } from "../machine/describe.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { usualKind } from "./vdev.ts";

/**
 * What is proposed before anything is chosen. No disk is: choosing one is the person's first act.
 * The hostId is drawn at the edge, or is the flake's own.
 */
export function defaultChoices(machine: Machine): Omit<Choices, "identity"> {
  return {
    disks: [],
    layout: {
      vdev: usualKind(machine.disks.filter(canChoose).length),
      pool: "rpool",
      encryption: "none",
      swap: 0,
      espSize: GiB,
      preset: "server",
      compression: "zstd",
    },
    flake: { reference: "", host: "", substituters: [] },
    system: { hostname: null, hostId: "", authorizedKeys: [] },
    network: null,
  };
}
