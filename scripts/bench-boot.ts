import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "../image/build.ts";
import { cached } from "../image/cache.ts";
import { printProgress } from "../image/progress.ts";
import { parseControl } from "../image/source/control.ts";
import { unpackDeb } from "../image/source/deb.ts";
import { debFile, fetchPackages } from "../image/source/fetch.ts";
import type { LockedPackage } from "../image/source/lock.ts";
import { findMirror } from "../image/source/mirror.ts";
import { retryEmulatorFault, VmCrashed } from "../qemu/crash.ts";
import type { VmOptions } from "../qemu/options.ts";
import { startVm } from "../qemu/vm.ts";
import { type Bytes, formatBytes, MiB } from "../tui/base/bytes.ts";
import { UserError } from "../tui/base/errors.ts";

/** What is booted, the text that ends the clock, and what the screen shows when it has answered the down key. */
interface Subject extends VmOptions {
  readonly text: string;
  readonly afterDown?: RegExp;
}

interface Timing {
  /** From QEMU's start to the text on the screen. */
  readonly seconds: number;
  /** What QEMU used of the host's cpus until then: steadier than the time on a busy machine. */
  readonly cpuSeconds: number;
  /** From QEMU's start to the answer to a key that is pressed at that text: it may be drawn before keys are read. */
  readonly answered?: number;
}

/** Time to the first screen, in turns with debian-installer's netboot image to its first question. */
export async function benchBoot(top: string, rounds: number, mirror: string | undefined): Promise<void> {
  const ours = await ourImage(top);
  const theirs = await debianInstaller(mirror);
  const times: Record<"ours" | "theirs", Timing[]> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await timeBoot({ ...ours, memory: 1024 * MiB }));
    times.theirs.push(await timeBoot({ ...theirs, memory: 1024 * MiB }));
  }
  const [a, b] = [median(times.ours), median(times.theirs)];
  const tell = (what: string, { seconds, cpuSeconds, answered }: Timing) =>
    console.log(
      `${what.padEnd(46)} ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} cpu s${answered ? `; has answered a key at ${answered.toFixed(1)} s` : ""}`,
    );
  tell(`first screen (median of ${rounds})`, a);
  tell("debian-installer 13 netboot, first question", b);
  const ratio = (a.seconds / b.seconds).toFixed(2);
  const cpuRatio = (a.cpuSeconds / b.cpuSeconds).toFixed(2);
  console.log(`${"ratio".padEnd(46)} ${ratio} of the time (limit 0.70), ${cpuRatio} of the cpu time`);
}

/** The least memory in which the first screen comes up, to 16 MiB. */
export async function benchMemory(top: string): Promise<void> {
  const image = await ourImage(top);
  let [fails, works] = [96, 512];
  if (!(await comesUp(image, works * MiB))) throw new UserError("The image does not come up with 512 MiB.");
  while (works - fails > 16) {
    const middle = (fails + works) / 2;
    if (await comesUp(image, middle * MiB)) works = middle;
    else fails = middle;
  }
  console.log(`${"least memory for the first screen".padEnd(46)} ${works} MiB (limit 512 MiB)`);
}

async function ourImage(top: string): Promise<Subject> {
  await build();
  return {
    kernel: join(top, "dist/vmlinuz"),
    initrd: join(top, "dist/initrd-full"),
    append: "console=ttyS0,115200",
    text: "> Install NixOS on ZFS",
    afterDown: /^ *> (?!Install NixOS)\S/m,
  };
}

/** debian-installer's netboot files, from the package of trixie that carries them; kept in the cache. */
async function debianInstaller(asked: string | undefined): Promise<Subject> {
  const mirror = await findMirror(asked);
  const address = `${mirror.debian}/dists/trixie/main/binary-amd64/Packages.gz`;
  const response = await fetch(address);
  if (!response.ok) throw new UserError(`${address} cannot be fetched: HTTP ${response.status}.`);
  const name = "debian-installer-13-netboot-amd64";
  const index = gunzipSync(await response.arrayBuffer()).toString();
  const paragraph = index.split("\n\n").find((text) => text.startsWith(`Package: ${name}\n`));
  const [fields] = parseControl(paragraph ?? "");
  if (!fields?.Filename || !fields.SHA256) throw new UserError(`The mirror has no package ${name}.`);
  const entry: LockedPackage = {
    ...{ name, version: fields.Version ?? "", architecture: "all", size: Number(fields.Size), groups: {} },
    ...{ sha256: fields.SHA256, archive: "debian", path: fields.Filename },
  };
  const place = await cached("debian-installer", entry.sha256, async (directory) => {
    const fetching = (note: (text: string) => void) => fetchPackages([entry], async () => mirror, note);
    await printProgress(process.stderr).stage("installer", fetching);
    await unpackDeb(debFile(entry), directory);
  });
  const netboot = join(place, "usr/lib/debian-installer/images/13/amd64/text/debian-installer/amd64");
  return {
    kernel: join(netboot, "linux"),
    initrd: join(netboot, "initrd.gz"),
    append: "console=ttyS0,115200",
    text: "Select a language",
  };
}

/** Boots in BIOS, with a blank disk, until the text is on the screen. */
async function timeBoot({ text, afterDown, ...options }: Subject): Promise<Timing> {
  return retryEmulatorFault(async () => {
    const directory = await mkdtemp(join(tmpdir(), "dabei-bench-"));
    const started = performance.now();
    const vm = await startVm({ firmware: "bios", disks: [{}], ...options, directory });
    try {
      await vm.serial.waitFor(text);
      const elapsed = () => (performance.now() - started) / 1000;
      const timing = { seconds: elapsed(), cpuSeconds: await cpuSeconds(vm.pid) };
      if (!afterDown) return timing;
      vm.serial.press("down");
      await vm.serial.waitFor(afterDown);
      return { ...timing, answered: elapsed() };
    } finally {
      await vm.stop();
      await rm(directory, { recursive: true });
    }
  });
}

async function comesUp(subject: Subject, memory: Bytes): Promise<boolean> {
  try {
    await timeBoot({ ...subject, memory });
    console.log(`  ${formatBytes(memory)} is enough`);
    return true;
  } catch (error) {
    // Out of memory: the kernel gives up, or nothing more comes and waiting ends.
    const short =
      error instanceof VmCrashed || (error instanceof Error && error.message.startsWith("Waited"));
    if (!short) throw error;
    console.log(`  ${formatBytes(memory)} is too little`);
    return false;
  }
}

/** User and system time of a process. Source: proc_pid_stat(5), fields 14 and 15, in 1/100 s */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function median(timings: readonly Timing[]): Timing {
  return timings.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(timings.length / 2)]!;
}
