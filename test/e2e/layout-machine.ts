import { expect } from "vitest";
import type { DiskOptions, VmOptions } from "../../qemu/options.ts";
import type { Vm } from "../../qemu/vm.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { bootFromDisks, directoryOf, diskOf, type MachineOptions, withInstaller } from "./harness.ts";
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
}

/** Several layouts in one machine: installed one after the other in one start of the image, booted one by one. */
export interface LayoutMachine extends Pick<MachineOptions, "keepDisks"> {
  readonly name: string;
  readonly firmware: "uefi" | "bios";
  readonly cases: readonly LayoutCase[];
}

const size = 4 * GiB;

/** zpool keeps names that begin with "mirror" or "raidz" for itself. */
export const poolOf = (name: string) => `tank-${name}`;

/** The disks of a case, as they were when it was installed. Serial numbers tell them apart: "mirror-2.1". */
export function disksOf(
  machine: LayoutMachine,
  wanted: LayoutCase,
): Required<Pick<DiskOptions, "path" | "serial" | "kind">>[] {
  let number = 0;
  const all = machine.cases.flatMap((one) =>
    Array.from({ length: one.disks }, (_, index) => {
      number++;
      const path = diskOf(machine.name, number);
      return {
        one,
        disk: { path, serial: `${one.name}.${index + 1}`, kind: one.kind ?? ("virtio" as const) },
      };
    }),
  );
  return all.filter(({ one }) => one === wanted).map(({ disk }) => disk);
}

/** Installs every case of the machine. Answers what went wrong, by the case's name. */
export async function installAll(machine: LayoutMachine): Promise<Map<string, unknown>> {
  const { name, firmware, cases, keepDisks } = machine;
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const disks = cases.flatMap((one) => disksOf(machine, one).map((disk) => ({ ...disk, size })));
  const failures = new Map<string, unknown>();
  const options = { name, firmware, memory: 1536 * MiB, disks, ...ssh.options };
  await withInstaller({ ...options, keepDisks: keepDisks ?? false }, async () => {
    failures.clear();
    await ssh.waitUntilUp();
    for (const one of cases) await install(ssh, one).catch((error) => failures.set(one.name, error));
  });
  return failures;
}

async function install(ssh: Ssh, { name, disks, layout, passphrase, system }: LayoutCase): Promise<void> {
  const answers = {
    version: 1,
    disks: [{ serial: `${name}.*`, count: disks }],
    layout: { pool: poolOf(name), ...layout },
    flake: { host: "demo" },
    system: { hostname: name, ...system },
    onSuccess: "stop",
  };
  const secret = passphrase === undefined ? "" : " --passphrase-file /run/passphrase";
  if (passphrase !== undefined) await ssh.run(`umask 077; printf '%s\\n' '${passphrase}' > /run/passphrase`);
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
}

/** Boots a case from its disks and waits until it is up. A disk that is missing can be put in again: see `putBack`. */
export async function bootCase<Result>(
  machine: LayoutMachine,
  one: LayoutCase,
  { without = [], keep = false, meanwhile, extra = [], ...options }: BootOptions,
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
  const { name, firmware, keepDisks = false } = machine;
  return bootFromDisks({ name, firmware, keepDisks, disks: left, extra: all, ...options }, async (vm) => {
    await meanwhile?.(vm);
    // With the end of the line: what comes over it may stop in the middle.
    const [line] = await vm.serial.waitForLog(/fixture system up: .*[\r\n]/, { timeout: 600_000 });
    expect(line).toContain(`host ${one.name} generation 1`);
    await vm.serial.waitForLog(/fixture ready/);
    return body(vm);
  });
}
