import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { type BuildOptions, build } from "../../image/build.ts";
import { printProgress } from "../../image/progress.ts";
import { retryEmulatorFault } from "../../qemu/crash.ts";
import { type VmOptions, withDefaults } from "../../qemu/options.ts";
import { startVm, type Vm } from "../../qemu/vm.ts";
import { exec } from "../../tui/base/exec.ts";
import { buildFixture } from "../fixtures/build.ts";
import { type Demo, serveDemo } from "./demo.ts";

/** What the first screen of the installer shows. */
export const firstScreen = "Install NixOS on ZFS";

/** Whether the tests that take long are to run as well: `scripts/test --full`. */
export const isFull = process.env.DABEI_FULL === "1";

const top = resolve(import.meta.dirname, "../..");

/** A machine of a test. Its name is that of its folder in test/results: the same name is the same machine again. */
export interface MachineOptions extends VmOptions {
  readonly name: string;
  /** Leaves the disks for another test of the same machine. @default false */
  readonly keepDisks?: boolean;
  /** The size of the terminal on the serial line. @default 80x24 */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

export interface InstallerOptions extends MachineOptions {
  /** More kernel parameters. */
  readonly append?: string;
  /** Which flake of the fixture is offered in the flake step; false for a machine without the fixture. @default "demo.tar.gz" */
  readonly flake?: string | false;
  /** Starts on the disks that the machine of this name has had before. @default false */
  readonly keepsDisks?: boolean;
}

/** What starts the image. Built at the first call if it is not there. */
export async function builtImage(): Promise<{ kernel: string; initrd: string; directory: string }> {
  // A Debian update must not break the tests.
  built ??= build({ relock: true, progress: printProgress(process.stderr) });
  await built;
  const directory = join(top, "dist");
  return { kernel: join(directory, "vmlinuz"), initrd: join(directory, "initrd-full"), directory };
}
let built: ReturnType<typeof build> | undefined;

/** An image of its own, in a new folder, with the demo flake built into it: what starts it. */
export async function buildWithFlake(
  folder: string,
  options: Pick<BuildOptions, "added"> = {},
): Promise<{ kernel: string; initrd: string }> {
  const archive = join((await buildFixture()).directory, "demo.tar.gz");
  const [flake, output] = [join(folder, "flake"), join(folder, "dist")];
  await rm(folder, { recursive: true, force: true });
  await mkdir(flake, { recursive: true });
  await exec(["tar", "-xzf", archive, "--strip-components=1", "-C", flake]);
  await builtImage();
  await build({ ...options, flake, output });
  return { kernel: join(output, "vmlinuz"), initrd: join(output, "initrd-full") };
}

/**
 * Starts the image on a machine with new, blank disks, and ends it after the body. A guest that reboots ends it, too.
 * The body may run again from its start: see retryEmulatorFault.
 */
export async function withInstaller<Result>(
  options: InstallerOptions,
  body: (vm: Vm, demo: Demo | undefined) => Promise<Result>,
): Promise<Result> {
  const { kernel, initrd } = await builtImage();
  const { flake = "demo.tar.gz", append, keepsDisks, ...machine } = options;
  const demo = flake === false ? undefined : await serveDemo();
  const parameters = ["console=ttyS0,115200", demo?.offer(flake as string), append].filter(Boolean).join(" ");
  const prepare = async () => {
    if (!keepsDisks) await rm(directoryOf(options.name), { recursive: true, force: true });
  };
  const start = { kernel, initrd, ...machine, append: parameters, exitOnReboot: true };
  return withVm(
    { ...start, log: keepsDisks ? "installer-again" : "installer" },
    (vm) => body(vm, demo),
    prepare,
  ).finally(() => demo?.close());
}

/** Starts the machine of that name from its disks, without the image. */
export async function bootFromDisks<Result>(
  options: MachineOptions,
  body: (vm: Vm) => Promise<Result>,
): Promise<Result> {
  return withVm({ ...options, log: "disks" }, body);
}

/** Runs the body with a started machine, and ends the machine. Its disks go when the test has passed. */
async function withVm<Result>(
  { name, log, keepDisks = false, ...options }: MachineOptions & { readonly log: string },
  body: (vm: Vm) => Promise<Result>,
  prepare: () => Promise<void> = async () => {},
): Promise<Result> {
  const directory = directoryOf(name);
  onTestFinished(async ({ task }) => {
    if (keepDisks || task.result?.state !== "pass") return;
    for (const disk of withDefaults(options, directory).disks) await rm(disk.path, { force: true });
  });
  return retryEmulatorFault(async () => {
    await prepare();
    const vm = await startVm({ ...options, directory, name: log });
    return await body(vm).finally(vm.stop);
  });
}

/** Waits until an installed system is up, and answers what it says of itself. */
export async function systemLine(vm: Vm, options: { readonly timeout?: number } = {}): Promise<string> {
  // With the end of the line: what comes over it may stop in the middle.
  const [line] = await vm.serial.waitForLog(/fixture system up: .*[\r\n]/, options);
  return line;
}

/** Where the machine of that name has its disks and logs. */
export function directoryOf(name: string): string {
  return join(top, "test/results", name);
}

/** The path of a machine's n-th disk, counted from 1. */
export function diskOf(name: string, number: number): string {
  return join(directoryOf(name), `disk-${number}.raw`);
}
