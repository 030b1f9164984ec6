import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import type { Exec } from "../base/exec.ts";

/** How this system stands right now, told by the kernel: what the journal cannot know after somebody used a shell. */

/** Whether a device (or what a link to it leads to) is used as swap. */
export function isSwapOn(device: string, swaps = readFileSync("/proc/swaps", "utf8")): boolean {
  const path = realPath(device);
  return swaps.split("\n").some((line) => line.split(/\s/)[0] === path);
}

/** Mount points below a directory and the directory itself, in the order of mounting. Source proc_pid_mountinfo(5). */
export function mountsBelow(
  root: string,
  mountinfo = readFileSync("/proc/self/mountinfo", "utf8"),
): string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const target = line
      .split(" ")[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
    return target !== undefined && (target === root || target.startsWith(`${root}/`)) ? [target] : [];
  });
}

/** The host id as eight hexadecimal digits, or null. /etc/hostid has it in the machine's byte order. */
export function hostIdNow(file = "/etc/hostid"): string | null {
  try {
    return readFileSync(file).readUInt32LE(0).toString(16).padStart(8, "0");
  } catch {
    return null;
  }
}

/** A pool's health, "ONLINE"; null when it is not imported. */
export async function poolHealth(exec: Exec, pool: string): Promise<string | null> {
  const { exitCode, stdout } = await exec(["zpool", "list", "-H", "-o", "health", pool], { accept: [0, 1] });
  return exitCode === 0 ? stdout.trim() : null;
}

/** Names of the datasets and snapshots of a pool. */
export async function datasetNames(exec: Exec, pool: string): Promise<Set<string>> {
  const { stdout } = await exec([
    "zfs",
    "list",
    "-H",
    "-o",
    "name",
    "-t",
    "filesystem,volume,snapshot",
    "-r",
    pool,
  ]);
  return new Set(stdout.split("\n").filter(Boolean));
}

/** Names in a directory; none where there is no such directory. */
export function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Where a link leads to; "" where there is none. */
export function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
