import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { type CpioEntry, writeCpio } from "../../image/cpio.ts";
import { kexecBundle } from "../../image/kexec.ts";
import type { Vm } from "../../qemu/vm.ts";
import { type ExecResult, exec } from "../../tui/base/exec.ts";
import { buildRescue } from "../fixtures/rescue.ts";
import { builtImage, directoryOf, type InstallerOptions, withInstaller } from "./harness.ts";

export interface RescueOptions extends InstallerOptions {
  /** Shell code that sets the network of the rescue system up. */
  readonly network: string;
  /** Where ssh reaches the machine, before and after. */
  readonly address: string;
  readonly port?: number;
}

/** A way into the machine that insists on one host key, whichever system runs. */
export interface Client {
  /** Runs a shell command. Throws ToolError when it fails, unless its exit code is among `accept`. */
  run(command: string, accept?: readonly number[]): Promise<ExecResult>;
  /** Waits until a system whose os-release has this in it lets us in. */
  waitFor(system: "ID=debian" | "ID=nixos", timeout?: number): Promise<void>;
}

/** Unpacks the bundle in the rescue system; it lies on a disk with this serial number. */
export const unpackBundle = `mkdir -p /tmp/bundle && cd /tmp/bundle && for disk in /sys/block/vd*; do
  if [ "$(cat $disk/serial)" = BUNDLE ]; then tar xz </dev/\${disk##*/}; fi
done && test -x kexec/run`;

/** Starts the rescue system, whose host key and whose root's key are made for it, and ends the machine after the body. */
export async function withRescue<Result>(
  options: RescueOptions,
  body: (vm: Vm, client: Client) => Promise<Result>,
): Promise<Result> {
  const { network, address, port = 22, ...machine } = options;
  const { directory } = await builtImage();
  const rescue = await buildRescue();
  const home = `${directoryOf(options.name)}-keys`;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const makeKey = async (name: string) => {
    await exec(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", join(home, name)]);
    return (await readFile(join(home, `${name}.pub`), "utf8")).trim();
  };
  const [hostKey, key] = [await makeKey("host"), await makeKey("client")];
  const target = port === 22 ? address : `[${address}]:${port}`;
  await writeFile(join(home, "known_hosts"), `${target} ${hostKey.replace(/ test$/, "")}\n`);
  const file = (path: string, content: string | Buffer, mode = 0o600): CpioEntry => ({
    ...{ path, kind: "file", mode },
    bytes: Buffer.from(content),
  });
  const own = writeCpio([
    // As clouds write it: without the forced command it is the same key.
    file("root/.ssh/authorized_keys", `${key}\n`),
    file("etc/ssh/ssh_host_ed25519_key", await readFile(join(home, "host"))),
    file("etc/ssh/ssh_host_ed25519_key.pub", `${hostKey}\n`),
    file("etc/machine-id", `${machineId}\n`),
    file("etc/rescue-network", network),
  ]);
  const initrd = join(home, "initrd");
  await writeFile(initrd, Buffer.concat([await readFile(rescue.initrd), own]));
  const client = clientOf(home, address, port, machine.through ?? []);
  const bundle = `file=${join(directory, kexecBundle)},format=raw,readonly=on,if=none,id=bundle`;
  const start = {
    ...machine,
    ...{ kernel: rescue.kernel, initrd, flake: false as const },
    extra: [
      ...(machine.extra ?? []),
      "-drive",
      bundle,
      "-device",
      "virtio-blk-pci,drive=bundle,serial=BUNDLE",
    ],
  };
  return withInstaller(start, (vm) => body(vm, client)).finally(() => rm(initrd, { force: true }));
}

export const machineId = "5a0c9f6e1b2d4c3a8e7f60718293a4b5";

function clientOf(home: string, address: string, port: number, through: readonly string[]): Client {
  const settings = {
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: join(home, "known_hosts"),
    HostKeyAlgorithms: "ssh-ed25519",
    IdentitiesOnly: "yes",
    LogLevel: "ERROR",
    BatchMode: "yes",
    ConnectTimeout: "20",
    ServerAliveInterval: "10",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const argv = [...through, "ssh", "-F", "none", "-i", join(home, "client"), "-p", String(port), ...options];
  const run: Client["run"] = (command, accept = [0]) =>
    exec([...argv, `root@${address}`, command], { accept });
  const waitFor: Client["waitFor"] = async (system, timeout = 400_000) => {
    const end = performance.now() + timeout;
    for (;;) {
      const { stdout, stderr } = await run("cat /etc/os-release", [0, 255]);
      if (stdout.includes(system)) return;
      if (performance.now() > end) throw new Error(`Waited in vain for ${system} on ssh: ${stdout}${stderr}`);
      // Nothing tells when somebody listens.
      await after(1000);
    }
  };
  return { run, waitFor };
}
