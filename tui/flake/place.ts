import { existsSync } from "node:fs";
import { join } from "node:path";
import { ToolError, UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import { mount } from "../tools/mount.ts";

/** Where disks with flakes are mounted: a disk that is mounted cannot be chosen for the pool. */
const disks = "/run/dabei/disks";

/**
 * A reference as nix takes it. "disk:LABEL/directory" is a directory on the disk, stick or ISO of that label, which is mounted
 * read-only; a git repository there is read as one. All else is as it was.
 */
export async function placeOf(
  reference: string,
  exec: Exec,
  { directory = disks, exists = existsSync }: { directory?: string; exists?: (path: string) => boolean } = {},
): Promise<string> {
  const [, label, below = ""] = /^disk:([^/?#]+)\/?(.*)$/.exec(reference) ?? [];
  if (label === undefined) return reference;
  const device = `/dev/disk/by-label/${label}`;
  if (!exists(device))
    throw new UserError(`There is no disk labelled ${label} in this machine.`, {
      hint: "Plug it in, or write path:/… for a directory that is here.",
    });
  const root = join(directory, label);
  try {
    const mounted = await exec(["findmnt", "-n", root], { accept: [0, 1] });
    if (mounted.exitCode !== 0) await exec(mount(device, root, "auto", ["ro"]));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new UserError(`The disk ${label} cannot be mounted: ${error.stderr.trim() || error.message}`, {
      cause: error,
    });
  }
  const place = join(root, below);
  return exists(join(place, ".git")) ? `git+file://${place}` : `path:${place}`;
}
