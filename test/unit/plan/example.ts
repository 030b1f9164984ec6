import { readdirSync, readFileSync } from "node:fs";
import { canChoose } from "../../../tui/machine/describe.ts";
import type { Disk, Machine } from "../../../tui/machine/machine.ts";
import type { Choices, LayoutChoices } from "../../../tui/plan/choices.ts";
import { defaultLayout } from "../../../tui/plan/defaults.ts";
import { noSystem } from "../../../tui/plan/system-choices.ts";
import { usualKind } from "../../../tui/plan/vdev.ts";

const folder = new URL("../../fixtures/machines/", import.meta.url);

export const machineNames = readdirSync(folder).map((file) => file.replace(".json", ""));

export function recorded(name: string): Machine {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Machine;
}

export function guidOf(index: number): string {
  return `a1b2c3d4-0000-4000-8000-${index.toString(16).padStart(10, "0")}00`;
}

export const layoutChoices: LayoutChoices = { ...defaultLayout, vdev: "mirror" };

/** Choices that take the named disks, or every disk that can be taken. */
export function choicesFor(
  machine: Machine,
  changes: {
    disks?: string[];
    layout?: Partial<LayoutChoices>;
    system?: Partial<Choices["system"]>;
    network?: Choices["network"];
  } = {},
): Choices {
  const disks = changes.disks ?? machine.disks.filter(canChoose).map(({ path }) => path);
  return {
    disks,
    layout: { ...layoutChoices, vdev: usualKind(disks.length), ...changes.layout },
    flake: { reference: "github:example/infra", host: "web1", substituters: [], zfsVersion: null },
    system: { ...noSystem, hostId: "8f2c41aa", ...changes.system },
    network: changes.network ?? null,
    identity: { diskGuids: disks.map((_, index) => guidOf(index)) },
  };
}

/** A blank disk of a size, with what makes it special. */
export function blankDisk(name: string, size: number, changes: Partial<Disk> = {}): Disk {
  return {
    ...{ name, path: `/dev/${name}`, size, model: null, serial: name.toUpperCase(), wwn: null },
    ...{ transport: "virtio", rotational: false, removable: false, readOnly: false },
    ...{ logicalSector: 512, physicalSector: 512, byId: [], byPath: [], tableType: null, tableUuid: null },
    ...{ contents: [], inUse: null },
    ...changes,
  };
}
