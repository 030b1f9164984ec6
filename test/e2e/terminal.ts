import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import pty from "@lydell/node-pty";
import { Screen } from "../../qemu/screen.ts";
import { SerialLine } from "../../qemu/serial.ts";

/** A program on a terminal of its own, with somebody who types and reads, as at a machine's serial line. */
export interface Terminal {
  readonly line: SerialLine;
  /** Resolves with the program's exit code; 128 and the signal's number where a signal ended it. */
  readonly exited: Promise<number>;
  /** Ends the program without a word, as a lost connection or a closed window does. */
  kill(): void;
}

/** Starts a program on an 80x24 terminal; `log` gets every byte of it. */
export function openTerminal(
  argv: readonly string[],
  options: { log: string; env?: Readonly<Record<string, string>> },
): Terminal {
  const screen = new Screen(80, 24);
  const explain = (reason: string) =>
    `${reason}\n---START---\n${screen.text().trimEnd()}\n---END---\nLog: ${options.log}\nOf: ${argv.join(" ")}`;
  const line = new SerialLine({ log: options.log, terminal: screen, explain });
  const [program = "", ...rest] = argv;
  const env = { ...process.env, TERM: "xterm-256color", ...options.env } as Record<string, string>;
  const child = pty.spawn(program, rest, { cols: 80, rows: 24, env, encoding: null });
  // What a line needs of a socket.
  const socket = Object.assign(new EventEmitter(), { write: (text: string) => child.write(text) });
  child.onData((data) => socket.emit("data", Buffer.from(data)));
  line.attach(socket as unknown as Socket);
  const exited = new Promise<number>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      const code = signal ? 128 + signal : exitCode;
      // What it wrote last is on the screen by then.
      void screen.write("").then(() => {
        line.fail(new Error(explain(`The program has ended (exit code ${code}).`)));
        resolve(code);
      });
    });
  });
  return { line, exited, kill: () => child.kill("SIGKILL") };
}
