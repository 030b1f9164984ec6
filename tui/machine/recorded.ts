import { readFile } from "node:fs/promises";
import { UserError } from "../base/errors.ts";
import type { Disk, Machine } from "./machine.ts";

/**
 * A machine that was written down by `dabei machine --json`, of this version or an earlier one: what that did not tell is
 * as unknown as what a machine does not tell.
 * Throws UserError when the file cannot be read or is no machine.
 */
export async function loadMachine(file: string): Promise<Machine> {
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new UserError(`${file} cannot be read.`, { cause });
  });
  try {
    const told = JSON.parse(text) as Partial<Machine> | null;
    const isMachine = Array.isArray(told?.disks) && ["uefi", "bios"].includes(String(told.firmware));
    if (isMachine && told.disks.every(isDisk)) {
      const { product, cpu, ssh } = told;
      return {
        ...untold,
        ...told,
        product: { ...untold.product, ...product },
        cpu: { ...untold.cpu, ...cpu },
        ssh: { ...untold.ssh, ...ssh },
        disks: told.disks.map((disk) => ({ ...untoldDisk, ...disk })),
      };
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new UserError(`${file} is no recorded machine.`, {
    hint: "`dabei machine --json` writes one.",
  });
}

function isDisk(disk: Partial<Disk> | null): boolean {
  return typeof disk?.path === "string" && typeof disk.name === "string" && typeof disk.size === "number";
}

const untold: Machine = {
  ...{ hostname: "", architecture: "x86_64", firmware: "uefi", efiVariables: false, memory: 0 },
  product: { vendor: "", name: "", serial: "", uuid: "" },
  cpu: { model: "", vendor: "other", cores: 1 },
  ssh: { hostKeys: [], authorizedKeys: 0 },
  ...{ disks: [], network: [], consoles: [], storageModules: [], networkModules: [] },
};

const untoldDisk: Omit<Disk, "name" | "path" | "size"> = {
  ...{ model: null, serial: null, wwn: null, transport: "other", rotational: false, removable: false },
  ...{ readOnly: false, logicalSector: 512, physicalSector: 512, byId: [], byPath: [] },
  ...{ tableType: null, tableUuid: null, contents: [], inUse: null },
};
