import { mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type { VmOptions } from "../../qemu/options.ts";
import { type ExecResult, exec } from "../../tui/base/exec.ts";

/** A way into a guest: what its machine needs for it, and then commands as root. */
export interface Ssh {
  readonly options: Required<Pick<VmOptions, "forward" | "firmwareConfig">>;
  /** The ssh command without what to run: for a session of another kind. */
  readonly argv: readonly string[];
  /** Runs a shell command in the guest. Throws ToolError when it fails; 255 is ssh's own failure. */
  run(command: string): Promise<ExecResult>;
  /** Waits until the guest lets us in; at most this many milliseconds. @default 300_000 */
  waitUntilUp(timeout?: number): Promise<void>;
}

/**
 * Makes a key for one machine and finds a free port for it, which leads to this one of the guest. The folder must
 * outlive the machine's `prepare`.
 */
export async function makeSsh(folder: string, guestPort = 22): Promise<Ssh> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const key = join(folder, "key");
  await exec(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "nix-dabei-test", "-f", key]);
  const port = await freePort();
  const settings = {
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    LogLevel: "ERROR",
    BatchMode: "yes",
    ConnectTimeout: "120",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const argv = ["ssh", "-F", "none", "-i", key, "-p", String(port), ...options, "root@127.0.0.1"];
  const run = (command: string) => exec([...argv, command]);
  return {
    options: {
      forward: [{ host: port, guest: guestPort }],
      firmwareConfig: {
        "opt/io.systemd.credentials/ssh.authorized_keys.root": (await readFile(`${key}.pub`, "utf8")).trim(),
      },
    },
    argv,
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

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
