import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../image/build.ts";
import { cached } from "../image/cache.ts";
import { sha256File } from "../image/source/fetch.ts";
import { findMirror } from "../image/source/mirror.ts";
import { retryEmulatorFault, VmCrashed } from "../qemu/crash.ts";
import type { VmOptions } from "../qemu/options.ts";
import { startVm } from "../qemu/vm.ts";
import { type Bytes, formatBytes, MiB } from "../tui/base/bytes.ts";
import { UserError } from "../tui/base/errors.ts";

/** What is booted, and the text that ends the clock. */
interface Subject extends VmOptions {
  readonly text: string;
}

interface Timing {
  /** From QEMU's start to the text on the screen. */
  readonly seconds: number;
  /** What QEMU used of the host's cpus until then: steadier than the time on a busy machine. */
  readonly cpuSeconds: number;
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
  const tell = (what: string, { seconds, cpuSeconds }: Timing) =>
    console.log(`${what.padEnd(46)} ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} cpu s`);
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
    text: "Install NixOS on ZFS",
  };
}

/** debian-installer's netboot files, checked against the checksums beside them and kept in the cache. */
async function debianInstaller(mirror: string | undefined): Promise<Subject> {
  const images = `${(await findMirror(mirror)).debian}/dists/trixie/main/installer-amd64/current/images`;
  const sums = String(await download(`${images}/SHA256SUMS`));
  const netboot = "netboot/debian-installer/amd64";
  const digests = ["linux", "initrd.gz"].map((name) => {
    const line = sums.split("\n").find((line) => line.endsWith(` ./${netboot}/${name}`));
    if (line === undefined) throw new UserError(`The mirror's installer has no ${netboot}/${name}.`);
    return { name, sha256: line.split(" ")[0] };
  });
  const place = await cached("debian-installer", digests, async (directory) => {
    for (const { name, sha256 } of digests) {
      await writeFile(join(directory, name), await download(`${images}/${netboot}/${name}`));
      if ((await sha256File(join(directory, name))) === sha256) continue;
      throw new UserError(`${name} of debian-installer does not match its checksum.`);
    }
  });
  return {
    kernel: join(place, "linux"),
    initrd: join(place, "initrd.gz"),
    append: "console=ttyS0,115200",
    text: "Select a language",
  };
}

async function download(address: string): Promise<Buffer> {
  const response = await fetch(address);
  if (!response.ok) throw new UserError(`${address} cannot be fetched: HTTP ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}

/** Boots in BIOS, with a blank disk, until the text is on the screen. */
async function timeBoot({ text, ...options }: Subject): Promise<Timing> {
  return retryEmulatorFault(async () => {
    const directory = await mkdtemp(join(tmpdir(), "dabei-bench-"));
    const started = performance.now();
    const vm = await startVm({ firmware: "bios", disks: [{}], ...options, directory });
    try {
      await vm.serial.waitFor(text);
      return { seconds: (performance.now() - started) / 1000, cpuSeconds: await cpuSeconds(vm.pid) };
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
