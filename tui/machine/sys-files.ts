import { constants } from "node:fs";
import { open, readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { labelOffsets, labelSize, type PoolLabel, parsePoolLabel } from "../tools/zfs-label.ts";

/** A file's text without its last newline; empty where it cannot be read: /sys and /proc lack what the machine lacks. */
export async function readText(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trimEnd();
}

export async function listDirectory(path: string): Promise<string[]> {
  return (await readdir(path).catch(() => [])).sort();
}

/** Links of a directory by what they point to, full paths both. */
export async function linksIn(directory: string): Promise<Map<string, string[]>> {
  const links = new Map<string, string[]>();
  for (const name of await listDirectory(directory)) {
    const link = join(directory, name);
    const device = await realpath(link).catch(() => null);
    if (device) links.set(device, [...(links.get(device) ?? []), link]);
  }
  return links;
}

/** The kernel modules that drive a device and every bus above it: "virtio_blk", "virtio_pci". */
export async function modulesAbove(sysPath: string): Promise<string[]> {
  const modules: string[] = [];
  let directory = await realpath(sysPath).catch(() => "/");
  for (; directory.startsWith("/sys/devices/"); directory = dirname(directory)) {
    const module = await readlink(join(directory, "driver/module")).catch(() => null);
    if (module) modules.push(basename(module));
  }
  return modules;
}

/**
 * Whether the kernel refuses to give a disk to one alone: something holds it or a part of it. Nothing is written.
 * Another screen may be asking the same at this moment, on a machine that has little time for either: a refusal counts
 * when it has lasted for more than a second.
 */
export async function isBusy(device: string): Promise<boolean> {
  for (let attempt = 1; attempt <= 10; attempt++) {
    if (attempt > 1) await wait((0.5 + Math.random()) * 25 * attempt);
    const file = await open(device, constants.O_RDONLY | constants.O_EXCL).catch((error) => error);
    if (!(file instanceof Error)) {
      await file.close();
      return false;
    }
    if ((file as NodeJS.ErrnoException).code !== "EBUSY") return false;
  }
  return true;
}

/** The first readable ZFS label of a device. */
export async function readPoolLabel(device: string, size: number): Promise<PoolLabel | null> {
  const file = await open(device, "r").catch(() => null);
  if (!file) return null;
  try {
    for (const offset of labelOffsets(size)) {
      const { buffer } = await file.read(Buffer.alloc(labelSize), 0, labelSize, offset);
      const label = parsePoolLabel(buffer);
      if (label) return label;
    }
    return null;
  } catch {
    // A disk with bad sectors must not hide the others.
    return null;
  } finally {
    await file.close();
  }
}
