import type { Exec } from "../base/exec.ts";

export interface VolumeGroup {
  readonly name: string;
  readonly uuid: string;
}

/**
 * The volume group of every physical volume, by device path. Reads labels only: nothing is activated.
 * Empty where lvm is missing or fails: what it would tell is a warning, not a need.
 *
 * Runs    lvm pvs --readonly --reportformat json -o pv_name,vg_name,vg_uuid
 * Source  lvmreport(7)
 */
export async function listVolumeGroups(exec: Exec): Promise<Map<string, VolumeGroup>> {
  const argv = ["lvm", "pvs", "--readonly", "--reportformat", "json", "-o", "pv_name,vg_name,vg_uuid"];
  const { stdout } = await exec(argv).catch(() => ({ stdout: "" }));
  return parseVolumeGroups(stdout);
}

export function parseVolumeGroups(text: string): Map<string, VolumeGroup> {
  const groups = new Map<string, VolumeGroup>();
  const start = text.indexOf("{");
  if (start < 0) return groups;
  const { report = [] } = JSON.parse(text.slice(start)) as {
    report?: { pv?: Record<string, string>[] }[];
  };
  for (const { pv_name, vg_name, vg_uuid } of report.flatMap(({ pv = [] }) => pv))
    if (pv_name && vg_name && vg_uuid) groups.set(pv_name, { name: vg_name, uuid: vg_uuid });
  return groups;
}
