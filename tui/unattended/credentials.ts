import { readdirSync, readFileSync } from "node:fs";
import { exec } from "../base/exec.ts";

export type Way = "fw_cfg" | "smbios";

const firmware = "/sys/firmware";

/**
 * A credential that the hypervisor hands over under systemd's names, or null: as a file of QEMU's fw_cfg, or as an
 * SMBIOS OEM string. Source  systemd.system-credentials(7), docs/CREDENTIALS.md of systemd
 */
export function readCredential(name: string, way: Way): Buffer | null {
  if (way === "fw_cfg") return read(`${firmware}/qemu_fw_cfg/by_name/opt/io.systemd.credentials/${name}/raw`);
  const tables = listing(`${firmware}/dmi/entries`).filter((entry) => entry.startsWith("11-"));
  for (const table of tables) {
    const value = oemCredential(read(`${firmware}/dmi/entries/${table}/raw`) ?? Buffer.alloc(0), name);
    if (value) return value;
  }
  return null;
}

/** By whichever way it comes. */
export function findCredential(name: string): Buffer | null {
  return readCredential(name, "fw_cfg") ?? readCredential(name, "smbios");
}

/** fw_cfg is a module, which udev may not have loaded yet. */
export async function loadFirmwareConfig(): Promise<void> {
  await exec(["modprobe", "-q", "qemu_fw_cfg"]).catch(() => {});
}

/** A credential out of an SMBIOS structure of type 11: a header, then strings that a NUL ends each. */
export function oemCredential(table: Buffer, name: string): Buffer | null {
  const strings = table.subarray(table[1] ?? 0);
  for (const text of strings.toString("utf8").split("\0")) {
    const [key = "", ...rest] = text.split("=");
    const value = rest.join("=");
    if (key === `io.systemd.credential:${name}`) return Buffer.from(value);
    if (key === `io.systemd.credential.binary:${name}`) return Buffer.from(value, "base64");
  }
  return null;
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
