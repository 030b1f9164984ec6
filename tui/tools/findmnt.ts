import type { Exec } from "../base/exec.ts";

/** A mounted file system as findmnt tells it. Sizes in bytes; null where it knows nothing. */
export interface Mount {
  readonly target: string;
  /** A device, a dataset, "tmpfs". */
  readonly source: string;
  readonly fstype: string;
  readonly options: readonly string[];
  /** What of the file system is mounted: "/" is all of it. */
  readonly fsroot: string;
  readonly uuid: string | null;
  readonly label: string | null;
  readonly partuuid: string | null;
  readonly partlabel: string | null;
  readonly size: number | null;
  readonly avail: number | null;
}

const columns = "TARGET,SOURCE,FSTYPE,OPTIONS,FSROOT,UUID,LABEL,PARTUUID,PARTLABEL,SIZE,AVAIL";

/**
 * Lists what is mounted at a directory and below it, in the order of mounting; nothing where it is no mount point.
 *
 * Runs    findmnt --json --list --bytes --nofsroot --submounts --output TARGET,… ROOT
 * Throws  ToolError when findmnt fails otherwise
 * Source  findmnt(8), util-linux 2.41; it exits with 1 where it finds nothing
 */
export async function listMounts(exec: Exec, root: string): Promise<Mount[]> {
  const flags = ["--json", "--list", "--bytes", "--nofsroot", "--submounts"];
  const { stdout } = await exec(["findmnt", ...flags, "--output", columns, root], { accept: [0, 1] });
  return parseMounts(stdout);
}

export function parseMounts(text: string): Mount[] {
  if (text.trim() === "") return [];
  const { filesystems = [] } = JSON.parse(text) as { filesystems?: Record<string, unknown>[] };
  return filesystems.map((raw) => {
    const words = (key: string) => {
      const value = raw[key];
      return typeof value === "string" && value !== "" ? value : null;
    };
    const bytes = (key: string) => (raw[key] === null || raw[key] === undefined ? null : Number(raw[key]));
    return {
      target: words("target") ?? "",
      source: words("source") ?? "",
      fstype: words("fstype") ?? "",
      options: (words("options") ?? "").split(",").filter(Boolean),
      fsroot: words("fsroot") ?? "/",
      uuid: words("uuid"),
      label: words("label"),
      partuuid: words("partuuid"),
      partlabel: words("partlabel"),
      size: bytes("size"),
      avail: bytes("avail"),
    };
  });
}
