import type { DeclaredFileSystem } from "../evaluated.ts";
import type { Dataset, Properties } from "../step.ts";

/**
 * The datasets that a host mounts, parents first; a parent that is mounted nowhere is a container.
 * The root dataset gets a snapshot while it is empty: hosts that go back to it at each boot call it "blank".
 */
export function declaredDatasets(pool: string, onZfs: readonly DeclaredFileSystem[]): Dataset[] {
  const mounted = new Map(onZfs.map((entry) => [entry.device ?? "", entry]));
  const names = new Set<string>();
  for (const name of mounted.keys()) {
    const parts = name.split("/");
    for (let length = 2; length <= parts.length; length++) names.add(parts.slice(0, length).join("/"));
  }
  names.delete(pool);
  return [...names].sort().map((name): Dataset => {
    const entry = mounted.get(name);
    if (!entry) return { name, properties: { canmount: "off" }, mountpoint: null, snapshot: null };
    const { mountPoint } = entry;
    return {
      name,
      properties: { ...mountProperties(entry), ...(isStore(mountPoint) ? ofStore : {}) },
      mountpoint: mountPoint,
      snapshot: mountPoint === "/" ? "blank" : null,
    };
  });
}

/** The option zfsutil wants a dataset that names its place; without it, mount wants mountpoint=legacy. Source mount.zfs(8). */
function mountProperties({ mountPoint, options }: DeclaredFileSystem): Properties {
  // noauto: it is mounted by the fstab, in its order, and never by `zfs mount -a` or by being created.
  return options.includes("zfsutil")
    ? { mountpoint: mountPoint, canmount: "noauto" }
    : { mountpoint: "legacy" };
}

/** Names in the store are bytes: normalised, some packages could not be unpacked. */
const ofStore: Properties = { atime: "off", normalization: "none", utf8only: "off" };
const isStore = (mountPoint: string) => mountPoint === "/nix" || mountPoint === "/nix/store";
