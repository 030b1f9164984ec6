import { machine as architecture, hostname, networkInterfaces } from "node:os";
import type { Exec } from "../base/exec.ts";
import { type BlockDevice, listBlockDevices } from "../tools/lsblk.ts";
import { listVolumeGroups, type VolumeGroup } from "../tools/lvm.ts";
import { settle } from "../tools/udevadm.ts";
import type { PoolLabel } from "../tools/zfs-label.ts";
import { disksOf } from "./disks.ts";
import { countKeys, parsePublicKey } from "./host-keys.ts";
import { parseConsoles, parseCpu, parseMemory } from "./kernel-text.ts";
import type { Disk, Machine } from "./machine.ts";
import { probeMounted } from "./mounted.ts";
import { interfacesOf, parseRoutes, parseRoutes6 } from "./network.ts";
import { parseNetworkSettings } from "./network-settings.ts";
import { isBusy, linksIn, listDirectory, modulesAbove, readPoolLabel, readText } from "./sys-files.ts";

/**
 * What this machine is and has. Only reads: nothing is imported, assembled or mounted.
 * Throws ToolError when lsblk fails; all else that is missing is left empty.
 */
export async function probeMachine(exec: Exec): Promise<Machine> {
  const [disks, network, ssh, product, cpu, memory, commandLine, efi, variables] = await Promise.all([
    probeDisks(exec),
    probeNetwork(),
    probeSsh(),
    probeProduct(),
    readText("/proc/cpuinfo"),
    readText("/proc/meminfo"),
    readText("/proc/cmdline"),
    listDirectory("/sys/firmware/efi"),
    listDirectory("/sys/firmware/efi/efivars"),
  ]);
  const storageModules = await modulesOf(disks.map(({ name }) => `/sys/class/block/${name}`));
  const networkModules = await modulesOf(network.map(({ name }) => `/sys/class/net/${name}/device`));
  return {
    hostname: hostname(),
    architecture: architecture(),
    firmware: efi.length > 0 ? "uefi" : "bios",
    efiVariables: variables.length > 0,
    product,
    cpu: parseCpu(cpu),
    memory: parseMemory(memory),
    disks,
    network,
    networkSettings: parseNetworkSettings(await readText("/etc/dabei/network.json")),
    ssh,
    consoles: parseConsoles(commandLine),
    storageModules,
    networkModules,
    mounted: await probeMounted(exec),
  };
}

/** The same once udev has handled every event there is: the disks of drivers that are loaded just now are waited for. */
export async function probeSettled(exec: Exec): Promise<Machine> {
  // Without udev there is nothing to wait for.
  await exec(settle()).catch(() => {});
  return probeMachine(exec);
}

/** The disks alone: what the disks screen looks at again, and the engine right before it writes. */
export async function probeDisks(exec: Exec): Promise<Disk[]> {
  const [devices, byId, byPath, imported] = await Promise.all([
    listBlockDevices(exec).then((found) => Promise.all(found.map(withCardName))),
    linksIn("/dev/disk/by-id"),
    linksIn("/dev/disk/by-path"),
    listDirectory("/proc/spl/kstat/zfs"),
  ]);
  const pools = new Map<string, PoolLabel>();
  const busy = new Set<string>();
  for (const device of devices) {
    for (const { path, size } of zfsMembers(device)) {
      const label = await readPoolLabel(path, size);
      if (label) pools.set(path, label);
    }
    // What is mounted says so itself, and would be asked for long.
    if (device.type === "disk" && !hasMount(device) && (await isBusy(device.path))) busy.add(device.path);
  }
  const volumeGroups = hasLvm(devices) ? await listVolumeGroups(exec) : new Map<string, VolumeGroup>();
  return disksOf(devices, { byId, byPath, pools, volumeGroups, imported, busy });
}

/** A card's model (eMMC, SD) is in a file of its own, which lsblk does not read. Source Linux drivers/mmc/core/mmc.c, "name". */
async function withCardName(device: BlockDevice): Promise<BlockDevice> {
  if (device.model !== null || !device.name.startsWith("mmcblk")) return device;
  return { ...device, model: (await readText(`/sys/class/block/${device.name}/device/name`)) || null };
}

function hasMount({ mountpoints, children }: BlockDevice): boolean {
  return mountpoints.some((mountpoint) => mountpoint !== null) || (children ?? []).some(hasMount);
}

function hasLvm(devices: readonly BlockDevice[]): boolean {
  return devices.some(({ fstype, children }) => fstype === "LVM2_member" || hasLvm(children ?? []));
}

function zfsMembers(device: BlockDevice): BlockDevice[] {
  return [
    ...(device.fstype === "zfs_member" ? [device] : []),
    ...(device.children ?? []).flatMap(zfsMembers),
  ];
}

/** Who the machine is: what stands for ${serial}, ${mac} and their like. */
export async function probeIdentity(): Promise<Pick<Machine, "hostname" | "product" | "network">> {
  const [product, network] = await Promise.all([probeProduct(), probeNetwork()]);
  return { hostname: hostname(), product, network };
}

async function probeNetwork(): Promise<Machine["network"]> {
  const names = await listDirectory("/sys/class/net");
  const links = await Promise.all(
    names.map(async (name) => ({
      name,
      mac: await readText(`/sys/class/net/${name}/address`),
      up: (await readText(`/sys/class/net/${name}/operstate`)) === "up",
    })),
  );
  const routes = [
    ...parseRoutes(await readText("/proc/net/route")),
    ...parseRoutes6(await readText("/proc/net/ipv6_route")),
  ];
  return interfacesOf(links, networkInterfaces(), routes);
}

async function probeSsh(): Promise<Machine["ssh"]> {
  const names = (await listDirectory("/etc/ssh")).filter((name) => /^ssh_host_.*_key\.pub$/.test(name));
  const lines = await Promise.all(names.map((name) => readText(`/etc/ssh/${name}`)));
  return {
    hostKeys: lines.flatMap((line) => parsePublicKey(line) ?? []),
    authorizedKeys: countKeys(await readText("/root/.ssh/authorized_keys")),
  };
}

async function probeProduct(): Promise<Machine["product"]> {
  const field = (name: string) => readText(`/sys/class/dmi/id/${name}`);
  return {
    vendor: await field("sys_vendor"),
    name: await field("product_name"),
    serial: await field("product_serial"),
    uuid: await field("product_uuid"),
  };
}

async function modulesOf(sysPaths: readonly string[]): Promise<string[]> {
  const modules = await Promise.all(sysPaths.map(modulesAbove));
  return [...new Set(modules.flat())].sort();
}
