import { GiB } from "../base/bytes.ts";
import { canChoose } from "../machine/describe.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices, LayoutChoices } from "./choices.ts";
import { keepsAddress } from "./network-choices.ts";
import { noSystem } from "./system-choices.ts";
import { usualKind } from "./vdev.ts";

/** The layout that is proposed for one disk. */
export const defaultLayout: LayoutChoices = {
  vdev: "single",
  groupWidth: null,
  spares: 0,
  pool: "rpool",
  preset: "server",
  datasets: null,
  encryption: "none",
  keyFile: null,
  remoteUnlock: null,
  swap: 0,
  zram: true,
  espSize: GiB,
  freePercent: 1,
  discard: false,
  bootLoader: "grub",
  ashift: "auto",
  autotrim: "auto",
  compression: "zstd",
  checksum: "on",
  copies: 1,
  compatibility: "auto",
  arcLimit: null,
};

/**
 * What is proposed before anything is chosen. No disk is: choosing one is the person's first act.
 * The hostId is drawn at the edge, or is the flake's own.
 */
export function defaultChoices(machine: Machine): Omit<Choices, "identity"> {
  const settings = machine.networkSettings;
  return {
    disks: [],
    layout: { ...defaultLayout, vdev: usualKind(machine.disks.filter(canChoose).length) },
    flake: { reference: "", host: "", substituters: [], zfsVersion: null },
    system: noSystem,
    network: settings && keepsAddress(settings) ? settings : null,
  };
}
