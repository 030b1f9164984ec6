import { readlinkSync, writeSync } from "node:fs";

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

export interface LineOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** @default what stdin's descriptor is: "/dev/ttyS0", "/dev/pts/1" */
  readonly device?: string;
  readonly onData: (chunk: Buffer | string) => void;
  readonly onResize: () => void;
  /** SIGHUP, EIO or the end of input: nobody is there any more. May be called more than once. */
  readonly onGone: () => void;
}

/** How long a line that does not take bytes is waited for. */
const patienceMilliseconds = 300;

/** The terminal device: bytes in, bytes out, raw or cooked, its size as the kernel knows it. */
export class Line {
  readonly device: string;
  readonly #options: LineOptions;

  constructor(options: LineOptions) {
    this.#options = options;
    this.device = options.device ?? deviceOf(options.stdin);
    const { stdin, stdout, onData, onResize, onGone } = options;
    stdin.on("data", onData).on("end", onGone).on("error", onGone);
    stdout.on("error", onGone).on("resize", onResize);
    // With a handler the process outlives the hang-up; the write or read that fails next must not end it either.
    process.on("SIGHUP", onGone);
  }

  /** A pseudo-terminal: of ssh, tmux or a terminal emulator, as opposed to a serial line or the console. */
  get isPseudo(): boolean {
    return this.device.startsWith("/dev/pts/");
  }

  /** Undefined where the kernel knows none: on a serial line that nobody has told. */
  windowSize(): WindowSize | undefined {
    const [columns = 0, rows = 0] = this.#options.stdout.getWindowSize?.() ?? [];
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  }

  /** Tells the kernel, so that a shell or an editor on this line knows it too. */
  setWindowSize({ columns, rows }: WindowSize): void {
    const known = this.windowSize();
    if (!this.device.startsWith("/dev/") || (known?.columns === columns && known.rows === rows)) return;
    const argv = ["stty", "-F", this.device, "rows", String(rows), "cols", String(columns)];
    // Loaded late: the first frame does not wait for it. Without stty only the programs started from here suffer.
    void import("../base/exec.ts").then(({ exec }) => exec(argv)).catch(() => {});
  }

  /** Raw input; output that never blocks, for a write to a line that stands still would stop the whole process. */
  takeOver(): void {
    const { stdin, stdout } = this.#options;
    stdin.resume();
    stdin.setRawMode(true);
    // Node has no public way; also undone by every program that had the terminal as its stdio.
    const { _handle: handle } = stdout as { _handle?: { setBlocking?: (on: boolean) => void } };
    handle?.setBlocking?.(false);
  }

  /** Cooked again and not read from here. */
  async handOver(): Promise<void> {
    const { stdin } = this.#options;
    stdin.setRawMode(false);
    stdin.pause();
    // process.stdin stops reading one tick after pause(); a program started before that would lose its first key to us.
    await new Promise((resolve) => setImmediate(resolve));
  }

  send(bytes: string, taken?: () => void): void {
    this.#options.stdout.write(bytes, (error) => {
      if (error) this.#options.onGone();
      else taken?.();
    });
  }

  /** Waits until the line has taken the bytes, but not for one that stands still. */
  async sent(bytes: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patienceMilliseconds);
    this.send(bytes, resolve);
    await promise;
    clearTimeout(timer);
  }

  /** For the last moment of the process, when nothing asynchronous happens any more. */
  restoreNow(bytes: string): void {
    try {
      this.#options.stdin.setRawMode(false);
      writeSync(descriptorOf(this.#options.stdout), bytes);
    } catch {
      // The terminal is gone or stands still: nothing is left to restore.
    }
  }

  async close(): Promise<void> {
    const { stdin, stdout, onData, onResize, onGone } = this.#options;
    stdin.off("data", onData).off("end", onGone);
    stdout.off("resize", onResize);
    process.off("SIGHUP", onGone);
    if (stdin.isTTY) await this.handOver();
  }
}

function descriptorOf(stream: object): number {
  return (stream as { fd?: number }).fd ?? -1;
}

function deviceOf(stdin: NodeJS.ReadStream): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptorOf(stdin)}`);
  } catch {
    return "";
  }
}
