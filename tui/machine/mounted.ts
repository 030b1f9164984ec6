import type { Exec } from "../base/exec.ts";
import { listMounts, type Mount } from "../tools/findmnt.ts";
import { type BlockDevice, parseBlockDevices } from "../tools/lsblk.ts";
import type { Mounted, MountedFileSystem } from "./machine.ts";
import { listDirectory, readText } from "./sys-files.ts";

/** What nixos-enter and its like mount for a while belongs to no installed system. */
const passing =
  /^(proc|sysfs|devtmpfs|devpts|cgroup2?|securityfs|efivarfs|mqueue|debugfs|tracefs|bpf|autofs)$/;

/** What is mounted at a directory, as a system that is to be installed there; null where nothing is. Only reads. */
export async function probeMounted(exec: Exec, root = "/mnt"): Promise<Mounted | null> {
  const isMounted = (await readText("/proc/self/mountinfo"))
    .split("\n")
    .some((line) => line.split(" ")[4] === root);
  if (!isMounted) return null;
  const mounts = (await listMounts(exec, root)).filter(({ fstype }) => !passing.test(fstype));
  const layers = await layersBelow(exec, mounts);
  const fileSystems: MountedFileSystem[] = [];
  for (const mount of mounts) fileSystems.push(await fileSystemOf(mount, root, layers, exec));
  const keys = await listDirectory(`${root}/etc/ssh`);
  const flake = await readText(`${root}/etc/nixos/flake.nix`);
  return {
    fileSystems,
    swap: await swapDevices(exec),
    // Ours says so in its first lines, and may be written anew.
    hasFlake: flake !== "" && !flake.includes("This machine: a host of another flake"),
    hostKeys: keys.flatMap((name) => /^ssh_host_(.+)_key$/.exec(name)?.[1] ?? []),
  };
}

async function fileSystemOf(
  { target, source, fstype, fsroot, avail, ...mount }: Mount,
  root: string,
  layers: ReadonlyMap<string, Layers>,
  exec: Exec,
): Promise<MountedFileSystem> {
  return {
    place: target.slice(root.length) || "/",
    source,
    type: fstype,
    options: mount.options,
    subtree: fsroot,
    uuid: mount.uuid,
    label: mount.label,
    partUuid: mount.partuuid,
    partLabel: mount.partlabel,
    size: mount.size,
    free: avail,
    ownPlace: fstype === "zfs" ? await ownPlaceOf(source, root, exec) : null,
    ...(layers.get(source) ?? { disks: [], luks: [], isArray: false }),
  };
}

/** The mount point that a dataset carries itself; null where it leaves that to fstab. */
async function ownPlaceOf(dataset: string, root: string, exec: Exec): Promise<string | null> {
  const words = ["zfs", "get", "-H", "-o", "value", "mountpoint", dataset];
  const { stdout } = await exec(words, { accept: [0, 1] });
  if (!stdout.startsWith("/")) return null;
  // A pool that was imported with -R shows its places below that.
  const place = stdout.trim();
  const isBelow = place === root || place.startsWith(`${root}/`);
  return isBelow ? place.slice(root.length) || "/" : place;
}

type Layers = Pick<MountedFileSystem, "disks" | "luks" | "isArray">;

/** What lies below the mounted devices, down to their disks. */
async function layersBelow(exec: Exec, mounts: readonly Mount[]): Promise<Map<string, Layers>> {
  const devices = [...new Set(mounts.map(({ source }) => source).filter((path) => path.startsWith("/dev/")))];
  if (devices.length === 0) return new Map();
  const words = ["lsblk", "--inverse", "--json", "--bytes", "--output", "NAME,PATH,TYPE,FSTYPE,UUID"];
  const { stdout } = await exec([...words, ...devices], { accept: [0, 32, 64] });
  return new Map(parseBlockDevices(stdout).map((device) => [device.path, layersOf(device)]));
}

function layersOf(top: BlockDevice): Layers {
  const all = withAncestors(top);
  return {
    disks: [...new Set(all.filter(({ type }) => type === "disk").map(({ path }) => path))],
    luks: all.flatMap(({ type, name, children = [] }) =>
      type === "crypt" && children[0]?.uuid ? [{ name, uuid: children[0].uuid }] : [],
    ),
    isArray: all.some(({ type }) => /^(raid|linear|md)/.test(type)),
  };
}

/** Upside down, what a device is built on are its children. */
function withAncestors(device: BlockDevice): BlockDevice[] {
  return [device, ...(device.children ?? []).flatMap(withAncestors)];
}

/** Swap on a partition or volume: files and compressed memory are none of it. */
async function swapDevices(exec: Exec): Promise<Mounted["swap"]> {
  const lines = (await readText("/proc/swaps")).split("\n").slice(1);
  const devices = lines.flatMap((line) => {
    const [path = "", type] = line.split(/\s+/);
    return type === "partition" && !path.startsWith("/dev/zram") ? [path] : [];
  });
  if (devices.length === 0) return [];
  const words = ["lsblk", "--nodeps", "--json", "--bytes", "--output", "NAME,PATH,TYPE,UUID"];
  const { stdout } = await exec([...words, ...devices], { accept: [0, 32, 64] });
  return parseBlockDevices(stdout).map(({ path, uuid }) => ({ device: path, uuid }));
}
