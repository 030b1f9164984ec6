import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../tui/base/errors.ts";

/** Unix sockets that QEMU calls, by name. */
export interface Sockets<Name extends string> {
  readonly path: Readonly<Record<Name, string>>;
  /** Resolves when QEMU is there. */
  readonly caller: Readonly<Record<Name, Promise<Socket>>>;
  close(): Promise<void>;
}

/**
 * We listen and QEMU calls: no byte of the boot is missed.
 * They lie in a folder of their own: the name of a unix socket has 107 bytes, a test's folder may have more.
 */
export async function openSockets<Name extends string>(...names: Name[]): Promise<Sockets<Name>> {
  const folder = await mkdtemp(join(tmpdir(), "dabei-vm-"));
  const path = Object.fromEntries(names.map((name) => [name, join(folder, name)])) as Record<Name, string>;
  const servers = names.map((name) => createServer().listen(path[name]));
  const callers = servers.map((server) => once(server, "connection").then(([socket]) => socket as Socket));
  for (const caller of callers) caller.catch(() => {});
  await Promise.all(servers.map((server) => once(server, "listening")));
  const caller = Object.fromEntries(names.map((name, index) => [name, callers[index]]));
  const close = async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { path, caller: caller as Record<Name, Promise<Socket>>, close };
}

export interface Running {
  readonly process: ChildProcess;
  /** The exit code; -1 after a signal. */
  readonly ended: Promise<number>;
  /** What it has complained of so far; nothing when it has the terminal. */
  stderr(): string;
}

/** Starts QEMU, alone or on this terminal. Its end throws UserError where it is not installed. */
export function runQemu(argv: readonly string[], on: "nothing" | "terminal" = "nothing"): Running {
  const [program = "", ...rest] = argv;
  const stdio = on === "terminal" ? ("inherit" as const) : (["ignore", "ignore", "pipe"] as const);
  const child = spawn(program, rest, { stdio: typeof stdio === "string" ? stdio : [...stdio] });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const release = bindToUs(child);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const hint = "On Debian and Ubuntu it is the package qemu-system-x86.";
      reject(
        cause.code === "ENOENT" ? new UserError(`${program} is not installed.`, { hint, cause }) : cause,
      );
    });
    child.once("close", (code) => resolve(code ?? -1));
  }).finally(release);
  return { process: child, ended, stderr: () => stderr.trim() };
}

/** A machine must not outlive who started it, however that ends. Answers the way to undo it. */
function bindToUs(child: ChildProcess): () => void {
  const kill = () => child.kill("SIGKILL");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // Listening replaces the signal's default; so it is sent once more when QEMU is gone.
  const passOn = (signal: NodeJS.Signals) => {
    kill();
    release();
    process.kill(process.pid, signal);
  };
  const release = () => {
    process.off("exit", kill);
    for (const signal of signals) process.off(signal, passOn);
  };
  process.on("exit", kill);
  for (const signal of signals) process.on(signal, passOn);
  return release;
}
