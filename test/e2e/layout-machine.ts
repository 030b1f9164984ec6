import { expect } from "vitest";
import type { DiskOptions, VmOptions } from "../../qemu/options.ts";
import type { Vm } from "../../qemu/vm.ts";
import { type Bytes, GiB, MiB } from "../../tui/base/bytes.ts";
import type { Demo } from "./demo.ts";
import {
  bootFromDisks,
  directoryOf,
  diskOf,
  type MachineOptions,
  systemLine,
  withInstaller,
} from "./harness.ts";
import { makeSsh, type Ssh } from "./ssh.ts";

/** A layout to install, on disks of its own. */
export interface LayoutCase {
  readonly name: string;
  readonly disks: number;
  /** The section of the answer file. */
  readonly layout: Readonly<Record<string, unknown>> & { readonly vdev: string };
  readonly passphrase?: string;
  /** The section of the answer file, beside the host name. */
  readonly system?: Readonly<Record<string, unknown>>;
  /** @default "virtio" */
  readonly kind?: DiskOptions["kind"];
  /** Of each disk. @default 4 GiB */
  readonly size?: Bytes;
  /** Whether its disks have no serial numbers: they are chosen by their size, which no other case has then. */
  readonly isUnnamed?: boolean;
  /** A further disk, the last one, with a FAT file system of this UUID ("0DAB-E1AA"): for the key of the pool. */
  readonly stick?: string;
}

/** Several layouts in one machine: installed one after the other in one start of the image, booted one by one. */
export interface LayoutMachine extends Pick<MachineOptions, "keepDisks" | "cpus"> {
  readonly name: string;
  readonly firmware: "uefi" | "bios";
  readonly cases: readonly LayoutCase[];
  /** Where the flake comes from, for one that is needed after the installation as well. */
  readonly demo?: Demo;
}

/** Of a disk, where a case says nothing else. */
export const diskSize = 4 * GiB;

/** zpool keeps names that begin with "mirror" or "raidz" for itself. */
export const poolOf = (name: string) => `tank-${name}`;

const stickOf = (name: string) => `key-${name}`;

/** The disks of a case, as they were when it was installed. Serial numbers tell them apart: "mirror-2.1". */
export function disksOf(
  machine: LayoutMachine,
  wanted: LayoutCase,
): Required<Pick<DiskOptions, "path" | "serial" | "kind" | "size">>[] {
  let number = 0;
  const all = machine.cases.flatMap((one) =>
    Array.from({ length: one.disks + (one.stick ? 1 : 0) }, (_, index) => {
      number++;
      const path = diskOf(machine.name, number);
      const named = index < one.disks ? `${one.name}.${index + 1}` : stickOf(one.name);
      const { kind = "virtio", size = diskSize, isUnnamed = false } = one;
      return { one, disk: { path, serial: isUnnamed ? "" : named, kind, size } };
    }),
  );
  return all.filter(({ one }) => one === wanted).map(({ disk }) => disk);
}

/** Installs every case of the machine. Answers what went wrong, by the case's name. */
export async function installAll(machine: LayoutMachine): Promise<Map<string, unknown>> {
  const { name, firmware, cases, demo, keepDisks = false, cpus = 2 } = machine;
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const disks = cases.flatMap((one) => disksOf(machine, one));
  const failures = new Map<string, unknown>();
  const offer = demo ? { flake: false as const, append: demo.parameters } : {};
  const options = { name, firmware, cpus, memory: 1536 * MiB, disks, keepDisks, ...offer, ...ssh.options };
  await withInstaller(options, async () => {
    failures.clear();
    await ssh.waitUntilUp();
    for (const one of cases)
      await timed(`${name}: ${one.name} installed`, () => install(ssh, one)).catch((error) =>
        failures.set(one.name, error),
      );
  });
  return failures;
}

/** Says how long something has taken: with many layouts in one test, that is what a change of its figures is told by. */
async function timed<Result>(what: string, body: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  const result = await body();
  console.log(`${what} in ${Math.round((performance.now() - started) / 1000)} s`);
  return result;
}

async function install(ssh: Ssh, one: LayoutCase): Promise<void> {
  const { name, disks, layout, passphrase, system, stick, size = diskSize, isUnnamed = false } = one;
  const answers = {
    version: 1,
    disks: [{ count: disks, ...(isUnnamed ? { minSize: size, maxSize: size } : { serial: `${name}.*` }) }],
    layout: { pool: poolOf(name), ...layout },
    flake: { host: "demo" },
    system: { hostname: name, ...system },
    onSuccess: "stop",
  };
  const secret = passphrase === undefined ? "" : " --passphrase-file /run/passphrase";
  if (passphrase !== undefined) await ssh.run(`umask 077; printf '%s\\n' '${passphrase}' > /run/passphrase`);
  if (stick !== undefined) {
    const volumeId = stick.replace("-", "");
    await ssh.run(`mkfs.vfat -F 32 -i ${volumeId} /dev/disk/by-id/virtio-${stickOf(name)} && udevadm settle`);
  }
  await ssh.run(`printf '%s' '${JSON.stringify(answers)}' > /run/answers.yaml`);
  const { stdout } = await ssh.run(
    `dabei install --answers /run/answers.yaml${secret} > /run/install.log 2>&1; echo "exit code $?"; tail -n 40 /run/install.log`,
  );
  if (!stdout.startsWith("exit code 0")) throw new Error(stdout);
}

/** What a boot of a case is told beside its disks. */
export interface BootOptions extends Pick<VmOptions, "forward" | "extra"> {
  /** Disks that are not there, counted from 0. */
  readonly without?: readonly number[];
  /** What the boot writes stays; else it is thrown away. */
  readonly keep?: boolean;
  /** What is to be done before the system is up: a passphrase, for one. */
  readonly meanwhile?: (vm: Vm) => Promise<void>;
  /** Which generation is up. @default 1 */
  readonly generation?: number;
}

/** Boots a case from its disks and waits until it is up. A disk that is missing can be put in again: see `putBack`. */
export async function bootCase<Result>(
  machine: LayoutMachine,
  one: LayoutCase,
  { without = [], keep = false, meanwhile, generation = 1, extra = [], ...options }: BootOptions,
  body: (vm: Vm) => Promise<Result>,
): Promise<Result> {
  const disks = disksOf(machine, one);
  const left = disks.filter((_, index) => !without.includes(index));
  const missing = without.flatMap((index) => [
    "-drive",
    `if=none,id=back-${index},format=raw,cache=unsafe,file=${disks[index]?.path}`,
  ]);
  const all = [
    ...(without.length > 0 ? ["-device", "virtio-scsi-pci,id=back", ...missing] : []),
    ...(keep ? [] : ["-snapshot"]),
    ...extra,
  ];
  const { name, firmware, cpus = 2, keepDisks = false } = machine;
  const started = { name, firmware, cpus, keepDisks, disks: left, extra: all, ...options };
  const what = without.length === 0 ? "whole" : `without ${without.join(", ")}`;
  const boot = () =>
    bootFromDisks({ offline: options.forward === undefined, ...started }, async (vm) => {
      await meanwhile?.(vm);
      const line = await systemLine(vm, { timeout: 600_000 });
      expect(line).toContain(`host ${one.name} generation ${generation} `);
      await vm.serial.waitForLog(/fixture ready/);
      return body(vm);
    });
  return timed(`${name}: ${one.name} ${what}`, boot);
}
