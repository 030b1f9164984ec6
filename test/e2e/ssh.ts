import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { type CpioEntry, padded, writeCpio } from "../../image/cpio.ts";
import type { VmOptions } from "../../qemu/options.ts";
import { type ExecOptions, type ExecResult, exec } from "../../tui/base/exec.ts";
import { builtImage } from "./harness.ts";

/** A way into a guest: what its machine needs for it, and then commands as root. */
export interface Ssh {
  readonly options: Required<Pick<VmOptions, "forward" | "firmwareConfig">>;
  /** The ssh command without what to run: for a session of another kind. */
  readonly argv: readonly string[];
  readonly port: number;
  /** The private key's file; FILE.pub is the public one. */
  readonly key: string;
  /** What ssh, scp and their like take before the host; without the port, which each of them writes in its own way. */
  readonly settings: readonly string[];
  /** Runs a shell command in the guest. Throws ToolError when it fails; 255 is ssh's own failure. */
  run(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Waits until the guest lets us in; at most this many milliseconds. @default 300_000 */
  waitUntilUp(timeout?: number): Promise<void>;
}

/**
 * Makes a key for one machine and finds a free port for it, which leads to this one of the guest. The folder must
 * outlive the machine's `prepare`. With a host key (a public key's text), the guest must show that one.
 */
export async function makeSsh(folder: string, guestPort = 22, hostKey?: string): Promise<Ssh> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const key = join(folder, "key");
  await makeKey(key);
  const port = await freePort();
  const known = join(folder, "known_hosts");
  if (hostKey !== undefined) await writeFile(known, `[127.0.0.1]:${port} ${hostKey}\n`);
  const checks =
    hostKey === undefined
      ? { StrictHostKeyChecking: "no", UserKnownHostsFile: "/dev/null" }
      : { StrictHostKeyChecking: "yes", UserKnownHostsFile: known };
  const named = {
    ...checks,
    LogLevel: "ERROR",
    BatchMode: "yes",
    ConnectTimeout: "120",
    IdentitiesOnly: "yes",
  };
  const options = Object.entries(named).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const settings = ["-F", "none", "-i", key, ...options];
  const argv = ["ssh", ...settings, "-p", String(port), "root@127.0.0.1"];
  const run = (command: string, more?: ExecOptions) => exec([...argv, command], more);
  return {
    options: {
      forward: [{ host: port, guest: guestPort }],
      firmwareConfig: {
        "opt/io.systemd.credentials/ssh.authorized_keys.root": (await readFile(`${key}.pub`, "utf8")).trim(),
      },
    },
    argv,
    port,
    key,
    settings,
    run,
    async waitUntilUp(timeout = 300_000) {
      const end = performance.now() + timeout;
      for (;;) {
        const failure = await run("true").then(
          () => undefined,
          (error) => error,
        );
        if (!failure) return;
        if (performance.now() > end) throw failure;
        // QEMU drops the connection at once while nobody listens in the guest: no event tells when that changes.
        await after(1000);
      }
    },
  };
}

/** Answers all that a command in the guest says, and behind it "ended with CODE". */
export async function saidBy(ssh: Pick<Ssh, "run">, command: string): Promise<string> {
  const { stdout } = await ssh.run(`( ${command} ) 2>&1; echo "ended with $?"`);
  return stdout;
}

/** Installs by an answer file, whose last line has its end; answers what `saidBy` does. */
export function installBy(ssh: Pick<Ssh, "run">, answers: string, flags = ""): Promise<string> {
  return saidBy(
    ssh,
    `cat > /root/a.yaml <<'END'\n${answers}END\ndabei install --answers /root/a.yaml ${flags}`,
  );
}

/** Makes a pair of keys; answers the public one. */
export async function makeKey(file: string, type = "ed25519"): Promise<string> {
  await exec(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", "nix-dabei-test", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

/** The image's initrd with one more archive behind it, as kexec's `run` and boot loaders put it; written to `file`. */
export async function initrdWith(file: string, entries: readonly CpioEntry[]): Promise<string> {
  const { initrd } = await builtImage();
  await writeFile(file, Buffer.concat([padded(await readFile(initrd)), writeCpio(entries)]));
  return file;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
