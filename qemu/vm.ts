import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../tui/base/errors.ts";
import { shellQuote } from "../tui/base/exec.ts";
import { qemuCommand, variablesFile } from "./command.ts";
import { findCrash, VmCrashed } from "./crash.ts";
import { createDisk } from "./disks.ts";
import { EventLine } from "./events.ts";
import { findAccelerator, findUefi, prepareVariables } from "./host.ts";
import { type VmOptions, type VmPlace, withDefaults } from "./options.ts";
import { openSockets, runQemu } from "./process.ts";
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
  /** What the guest tells by the virtio-serial port. */
  readonly events: EventLine;
  /** QEMU's process. */
  readonly pid: number;
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
    events.fail(error);
  };
  const onText = (recent: string) => {
    const crash = findCrash(recent, place.accelerator);
    if (crash) fail(crash);
  };
  const serial = new SerialLine({ log, terminal, explain, onText });

  const events = new EventLine({ log: log.replace(/\.log$/, ".events.jsonl"), explain });

  const sockets = await openSockets("serial", "qmp", "events");
  const { path } = sockets;
  const at = { ...place, serial: { socket: path.serial }, qmp: path.qmp, events: path.events };
  const qemu = runQemu(qemuCommand(options, at));
  const exited = qemu.ended.finally(sockets.close);
  const early = exited.then((code) => {
    throw new VmCrashed(`QEMU has ended at its start (exit code ${code}): ${qemu.stderr()}\n${command}`);
  });
  const { caller } = sockets;
  const called = Promise.all([caller.serial, caller.qmp, caller.events]);
  const [serialSocket, qmpSocket, eventsSocket] = await Promise.race([called, early]);
  early.catch(() => {});
  serial.attach(serialSocket);
  events.attach(eventsSocket);
  void exited.then((code) =>
    serial.terminal
      .write("")
      .then(() => fail(new VmCrashed(`QEMU has ended (exit code ${code}). ${qemu.stderr()}`))),
  );
  const stop = async () => {
    qemu.process.kill("SIGKILL");
    await exited;
  };
  return { serial, qmp: new Qmp(qmpSocket), events, pid: qemu.process.pid ?? 0, command, exited, stop };
}

/**
 * Runs a machine on this terminal until it ends: the terminal is the serial line, `Ctrl-a x` ends it.
 * Answers how it ended: by the guest's reboot (with `exitOnReboot`) or otherwise. Throws UserError when QEMU fails.
 */
export async function runOnTerminal(options: StartOptions): Promise<"reboot" | "end"> {
  const place = await prepareVm(options);
  const sockets = await openSockets("qmp");
  const argv = qemuCommand(options, { ...place, serial: "stdio", qmp: sockets.path.qmp });
  let reason: unknown;
  void sockets.caller.qmp.then((socket) => {
    new Qmp(socket).onEvent("SHUTDOWN", (event) => {
      reason = event.reason;
    });
  });
  const code = await runQemu(argv, "terminal").ended.finally(sockets.close);
  // A guest that is cut off leaves its colours, a hidden cursor, the alternate screen: undone, below all it drew.
  if (process.stdout.isTTY) process.stdout.write("\x1b[?1049l\x1b[0m\x1b[?25h\x1b[?7h\x1b[999;1H\n");
  if (code !== 0) throw new UserError(`QEMU has ended with exit code ${code}.`, { hint: shellQuote(argv) });
  return reason === "guest-reset" ? "reboot" : "end";
}
