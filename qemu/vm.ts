import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../tui/base/errors.ts";
import { shellQuote } from "../tui/base/exec.ts";
import { qemuCommand, variablesFile } from "./command.ts";
import { findCrash, VmCrashed } from "./crash.ts";
import { createDisk } from "./disks.ts";
import { findAccelerator, findUefi, prepareVariables } from "./host.ts";
import { type VmOptions, type VmPlace, withDefaults } from "./options.ts";
import { Qmp } from "./qmp.ts";
import { Screen } from "./screen.ts";
import { SerialLine } from "./serial.ts";

export interface StartOptions extends VmOptions {
  /** The machine's own folder: disks without a path, UEFI variables, logs. The same folder is the same machine again. */
  readonly directory: string;
  /** The name of this start's log in the folder. @default "serial" (serial.log) */
  readonly name?: string;
  /** The size of the terminal at the serial line. @default 80x24 */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

export interface Vm {
  readonly serial: SerialLine;
  readonly qmp: Qmp;
  /** The shell command that starts the same machine on a terminal. */
  readonly command: string;
  /** Resolves with QEMU's exit code when it has ended, by itself or by stop(). */
  readonly exited: Promise<number>;
  /** Ends QEMU now, as a power cut does, and resolves when it is gone. Can be called twice. */
  stop(): Promise<void>;
}

/**
 * Makes the files a machine still lacks and answers where they lie: its UEFI variables and its blank disks.
 * Throws UserError where the host lacks the firmware.
 */
export async function prepareVm(options: StartOptions): Promise<Omit<VmPlace, "serial" | "qmp">> {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const full = withDefaults(options, directory);
  for (const disk of full.disks) await createDisk(disk.path, disk.size);
  const accelerator = await findAccelerator();
  if (full.firmware === "bios") return { accelerator, directory };
  const uefi = await findUefi();
  await prepareVariables(uefi, variablesFile(directory));
  return { accelerator, directory, uefiCode: uefi.code };
}

/** Starts a machine, and holds the other end of its serial line. */
export async function startVm(options: StartOptions): Promise<Vm> {
  const place = await prepareVm(options);
  const log = join(place.directory, `${options.name ?? "serial"}.log`);
  const command = shellQuote(qemuCommand(options, { ...place, serial: "stdio" }));
  const { columns, rows } = options.terminal ?? { columns: 80, rows: 24 };
  const terminal = new Screen(columns, rows);
  const explain = (reason: string) =>
    `${reason}\n---START---\n${terminal.text().trimEnd()}\n---END---\nLog: ${log}\nAgain: ${command}`;
  const fail = (error: VmCrashed) => {
    error.message = explain(error.message);
    serial.fail(error);
  };
  const onText = (recent: string) => {
    const crash = findCrash(recent, place.accelerator);
    if (crash) fail(crash);
  };
  const serial = new SerialLine({ log, terminal, explain, onText });

  // The sockets lie apart: the name of a unix socket has 107 bytes, a test's folder may have more.
  const sockets = await mkdtemp(join(tmpdir(), "dabei-vm-"));
  const [line, control] = await Promise.all(["serial", "qmp"].map((name) => listen(join(sockets, name))));
  const at = { ...place, serial: { socket: join(sockets, "serial"), log }, qmp: join(sockets, "qmp") };
  const qemu = run(qemuCommand(options, at));
  const exited = qemu.ended.finally(async () => {
    line?.close();
    control?.close();
    await rm(sockets, { recursive: true, force: true });
  });
  const early = exited.then((code) => {
    throw new VmCrashed(`QEMU has ended at its start (exit code ${code}): ${qemu.stderr()}\n${command}`);
  });
  const [serialSocket, qmpSocket] = await Promise.race([Promise.all([line!.first, control!.first]), early]);
  early.catch(() => {});
  serial.attach(serialSocket);
  void exited.then((code) =>
    serial.terminal
      .write("")
      .then(() => fail(new VmCrashed(`QEMU has ended (exit code ${code}). ${qemu.stderr()}`))),
  );
  const stop = async () => {
    qemu.process.kill("SIGKILL");
    await exited;
  };
  return { serial, qmp: new Qmp(qmpSocket), command, exited, stop };
}

/** A unix socket, and the first who comes to it. We listen and QEMU calls: no byte of the boot is missed. */
async function listen(path: string): Promise<{ first: Promise<Socket>; close: () => void }> {
  const server = createServer();
  const first = once(server, "connection").then(([socket]) => socket as Socket);
  first.catch(() => {});
  server.listen(path);
  await once(server, "listening");
  return { first, close: () => void server.close() };
}

function run(argv: readonly string[]): {
  process: ChildProcess;
  ended: Promise<number>;
  stderr: () => string;
} {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  // A machine must not outlive who started it.
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const hint = "On Debian and Ubuntu it is the package qemu-system-x86.";
      reject(
        cause.code === "ENOENT" ? new UserError(`${program} is not installed.`, { hint, cause }) : cause,
      );
    });
    child.once("close", (code) => resolve(code ?? -1));
  }).finally(() => process.off("exit", kill));
  return { process: child, ended, stderr: () => stderr.trim() };
}
