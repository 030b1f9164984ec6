import type { Disk } from "../../machine/machine.ts";
import type { Model } from "../model.ts";
import { machineOf } from "../navigation.ts";

/** The chosen disks, and those that are kept, in the machine's order. */
export function disksOf(model: Model): Disk[] {
  return (machineOf(model)?.disks ?? []).filter(({ path }) => model.answers.disks.includes(path));
}

export function keptDisksOf(model: Model): Disk[] {
  return (machineOf(model)?.disks ?? []).filter(({ path }) => !model.answers.disks.includes(path));
}
