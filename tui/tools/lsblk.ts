import { UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";

/** A block device as lsblk tells it, what is built on it below. Sizes in bytes; null where lsblk knows nothing. */
export interface BlockDevice {
  readonly name: string;
  readonly path: string;
  /** "disk", "part", "rom", "loop", "crypt", "lvm", "raid1" … */
  readonly type: string;
  readonly size: number;
  readonly model: string | null;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly tran: string | null;
  readonly rota: boolean;
  readonly rm: boolean;
  readonly ro: boolean;
  readonly fstype: string | null;
  readonly label: string | null;
  readonly uuid: string | null;
  readonly partuuid: string | null;
  readonly partlabel: string | null;
  readonly pttype: string | null;
  readonly ptuuid: string | null;
  readonly mountpoints: readonly (string | null)[];
  readonly "phy-sec": number;
  readonly "log-sec": number;
  readonly children?: readonly BlockDevice[];
}

const columns =
  "NAME,PATH,TYPE,SIZE,MODEL,SERIAL,WWN,TRAN,ROTA,RM,RO,FSTYPE,LABEL,UUID,PARTUUID,PARTLABEL,PTTYPE,PTUUID,MOUNTPOINTS,PHY-SEC,LOG-SEC";

/**
 * Lists every block device as a tree, disks at the top.
 *
 * Runs    lsblk --json --bytes --output NAME,PATH,…
 * Throws  ToolError when lsblk fails; UserError when it prints something else
 * Source  lsblk(8), util-linux 2.38 to 2.41
 */
export async function listBlockDevices(exec: Exec): Promise<BlockDevice[]> {
  // 32: no device at all. 64: some could not be read, the others are there.
  const { stdout } = await exec(["lsblk", "--json", "--bytes", "--output", columns], { accept: [0, 32, 64] });
  return parseBlockDevices(stdout);
}

export function parseBlockDevices(text: string): BlockDevice[] {
  if (text.trim() === "") return [];
  const list = (JSON.parse(text) as { blockdevices?: unknown }).blockdevices;
  if (!Array.isArray(list))
    throw new UserError("lsblk prints no list of block devices.", { hint: "Try `lsblk --json`." });
  return list.map((device) => readDevice(device as Record<string, unknown>));
}

function readDevice(raw: Record<string, unknown>): BlockDevice {
  const text = (key: string) => {
    const value = raw[key];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  };
  const number = (key: string) => Number(raw[key] ?? 0) || 0;
  // Before 2.33 flags were "0" and "1".
  const flag = (key: string) => raw[key] === true || raw[key] === "1";
  const children = Array.isArray(raw.children) ? (raw.children as Record<string, unknown>[]) : [];
  return {
    name: text("name") ?? "",
    path: text("path") ?? `/dev/${text("name")}`,
    type: text("type") ?? "",
    size: number("size"),
    model: text("model"),
    serial: text("serial"),
    wwn: text("wwn"),
    tran: text("tran"),
    rota: flag("rota"),
    rm: flag("rm"),
    ro: flag("ro"),
    fstype: text("fstype"),
    label: text("label"),
    uuid: text("uuid"),
    partuuid: text("partuuid"),
    partlabel: text("partlabel"),
    pttype: text("pttype"),
    ptuuid: text("ptuuid"),
    mountpoints: Array.isArray(raw.mountpoints) ? (raw.mountpoints as (string | null)[]) : [],
    "phy-sec": number("phy-sec") || 512,
    "log-sec": number("log-sec") || 512,
    ...(children.length > 0 ? { children: children.map(readDevice) } : {}),
  };
}
