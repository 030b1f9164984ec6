import { readdirSync, readFileSync } from "node:fs";
import { GiB } from "../../../tui/base/bytes.ts";
import { canChoose } from "../../../tui/machine/describe.ts";
import type { Disk, Machine } from "../../../tui/machine/machine.ts";
import type { Choices, LayoutChoices } from "../../../tui/plan/choices.ts";
import { defaultLayout } from "../../../tui/plan/defaults.ts";
import type { Expected } from "../../../tui/plan/expected.ts";
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

/** The first card of qemu-two-disks with an address that is set. */
export const lanNetwork: NonNullable<Choices["network"]> = {
  interfaces: [
    {
      ...{
        name: "lan",
        mac: "52:54:00:12:34:56",
        dhcp4: false,
        autoconf6: false,
        mtu: null,
        vlan: null,
        bond: null,
      },
      addresses: [{ address: "192.0.2.7/24", peer: null, leased: false }],
      routes: [],
    },
  ],
  rules: [],
  dns: { servers: [], search: [] },
};

/** What web1 is held against on a mirror of two disks under UEFI. */
export function expectedWith(changes: Pick<Expected, "usable" | "caches">): Expected {
  return {
    host: { name: "web1", system: "x86_64-linux", bootLoader: null, way: "generated" },
    machine: { architecture: "x86_64", firmware: "uefi", efiVariables: true },
    disks: 2,
    espSize: GiB,
    mayBeLate: true,
    hostId: "8f2c41aa",
    ...changes,
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
