import { readlinkSync, writeSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import {
  type Environment,
  forcedSize,
  glyphSetOf,
  prepareEnvironment,
  styleLevelOf,
} from "./capabilities.ts";
import type { GlyphSet } from "./glyphs.ts";
import { KeyInput } from "./key-input.ts";
import { Probe, type ProbeResult, probeMilliseconds, probeQuery } from "./probe.ts";
import { ScreenOutput } from "./screen-output.ts";

/** A terminal that Ink can be rendered on with { debug: true, interactive: true, exitOnCtrlC: false, patchConsole: false }. */
export interface Session {
  /** For render(): whole keys, one a turn. Ctrl-L never arrives, it redraws. */
  readonly stdin: NodeJS.ReadStream;
  /** For render(): takes whole frames, sends what changed. Emits "resize". */
  readonly stdout: NodeJS.WriteStream;
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
  readonly color: boolean;
  /** Draws the whole screen again; on a line without a window size, asks the terminal for its size first. */
  redraw(): void;
  /** Hands the terminal to a program (a shell), cooked and cleared; takes it back and draws everything again. */
  suspend(run: () => Promise<void>): Promise<void>;
  /** Resolves when the terminal is gone (SIGHUP, EIO, end of input) or the process is asked to end (SIGTERM). Never rejects. */
  readonly ended: Promise<"hang-up" | "terminated">;
  /** Gives the terminal back as it was. Resolves when that has been sent, or cannot be. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Environment;
  /** @default what stdin's descriptor is: "/dev/ttyS0", "/dev/pts/1" */
  readonly device?: string;
}

/** Opens the terminal. To be called before ink is imported. Throws UserError where stdin or stdout is no terminal. */
export async function openSession(options: SessionOptions): Promise<Session> {
  if (!options.stdin.isTTY || !options.stdout.isTTY) {
    throw new UserError(
      `The screens need a terminal, and ${options.stdin.isTTY ? "stdout" : "stdin"} is none.`,
      {
        hint: "Log in with `ssh -t`, or use `dabei status --json` and `dabei events`, which need no terminal.",
      },
    );
  }
  prepareEnvironment(process.env);
  const terminal = new Terminal(options);
  await terminal.open();
  return terminal;
}

/** Non-blocking output: a write to a line that stands still must not stop the event loop, as Node's tty streams do by default. */
function makeNonBlocking(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => void } };
  handle?.setBlocking?.(false);
}

function fdOf(stream: object): number {
  return (stream as { fd?: number }).fd ?? -1;
}

function deviceOf(stdin: NodeJS.ReadStream): string {
  try {
    return readlinkSync(`/proc/self/fd/${fdOf(stdin)}`);
  } catch {
    return "";
  }
}

class Terminal implements Session {
  readonly ended: Promise<"hang-up" | "terminated">;
  readonly color: boolean;
  readonly #source: NodeJS.ReadStream;
  readonly #sink: NodeJS.WriteStream;
  readonly #env: Environment;
  readonly #device: string;
  readonly #input: KeyInput;
  #output!: ScreenOutput;
  #glyphs: GlyphSet = "ascii";
  #probe: Probe | undefined;
  #isOpen = false;
  #end!: (reason: "hang-up" | "terminated") => void;

  constructor(options: SessionOptions) {
    this.#source = options.stdin;
    this.#sink = options.stdout;
    this.#env = options.env;
    this.#device = options.device ?? deviceOf(options.stdin);
    this.color = styleLevelOf(options.env) === "colour";
    const { promise, resolve } = Promise.withResolvers<"hang-up" | "terminated">();
    this.ended = promise;
    this.#end = resolve;
    this.#input = new KeyInput({
      intercept: (key) => {
        if (key === "\f") this.redraw();
        return key === "\f";
      },
      onReply: (text) => this.#probe?.reply(text),
    });
  }

  get stdin(): NodeJS.ReadStream {
    return this.#input as unknown as NodeJS.ReadStream;
  }
  get stdout(): NodeJS.WriteStream {
    return this.#output as unknown as NodeJS.WriteStream;
  }
  get columns(): number {
    return this.#output.columns;
  }
  get rows(): number {
    return this.#output.rows;
  }
  get ascii(): boolean {
    return this.#glyphs === "ascii";
  }

  async open(): Promise<void> {
    this.#source.on("data", this.#onData).on("end", this.#onHangUp).on("error", this.#onHangUp);
    this.#sink.on("error", this.#onHangUp).on("resize", this.#onResize);
    process.on("SIGHUP", this.#onHangUp).on("SIGTERM", this.#onTerminate).on("exit", this.#onExit);
    this.#takeTerminal();
    const probed = this.#isLine ? await this.#ask() : undefined;
    this.#glyphs = glyphSetOf(this.#env, probed?.isUtf8);
    this.#output = new ScreenOutput({
      ...(probed?.size ?? this.#windowSize() ?? { columns: 80, rows: 24 }),
      ...forcedSize(this.#env),
      level: styleLevelOf(this.#env),
      glyphs: this.#glyphs,
      send: (bytes, taken) => this.#send(bytes, taken),
    });
    this.#send(this.#enter);
    this.#tellDriver();
  }

  redraw(): void {
    if (this.#isLine) void this.#ask().then(() => this.#output.redraw());
    else this.#output.redraw();
  }

  async suspend(run: () => Promise<void>): Promise<void> {
    this.#output.pause();
    await this.#sent(`${this.#leave}\x1b[H\x1b[2J`);
    this.#source.setRawMode(false);
    this.#source.pause();
    // process.stdin stops reading one tick after pause(); a program started before that would lose its first key to us.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await run();
    } finally {
      this.#input.discard();
      this.#source.resume();
      this.#takeTerminal();
      this.#send(this.#enter);
      this.#output.resume();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.pause();
    await this.#sent(this.#leave);
    process.off("SIGHUP", this.#onHangUp).off("SIGTERM", this.#onTerminate).off("exit", this.#onExit);
    this.#source.off("data", this.#onData).pause();
    this.#sink.off("resize", this.#onResize);
    if (this.#source.isTTY) this.#source.setRawMode(false);
    this.#input.discard();
    this.#end("terminated");
  }

  /** A serial line or a console: no scroll-back to protect, and the kernel's last words must stay on the main screen. */
  get #isLine(): boolean {
    if (forcedSize(this.#env)) return false;
    return !this.#device.startsWith("/dev/pts/") || this.#windowSize() === undefined;
  }

  get #hasAlternateScreen(): boolean {
    return this.#device.startsWith("/dev/pts/") && this.#env.TERM !== "dumb";
  }

  // Bracketed paste (2004), cursor hidden (25), alternate screen (1049).
  get #enter(): string {
    return `${this.#hasAlternateScreen ? "\x1b[?1049h" : ""}\x1b[?2004h\x1b[?25l`;
  }
  get #leave(): string {
    return `\x1b[m\x1b[?25h\x1b[?2004l${this.#hasAlternateScreen ? "\x1b[?1049l" : `\x1b[999H\r\n`}`;
  }

  #takeTerminal(): void {
    this.#isOpen = true;
    this.#source.setRawMode(true);
    makeNonBlocking(this.#sink);
  }

  #windowSize(): { columns: number; rows: number } | undefined {
    const [columns = 0, rows = 0] = this.#sink.getWindowSize?.() ?? [];
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  }

  /** Asks the terminal for its size. A reply that comes too late still resizes the screen. */
  async #ask(): Promise<ProbeResult | undefined> {
    const { promise, resolve } = Promise.withResolvers<ProbeResult | undefined>();
    this.#probe = new Probe((result) => {
      this.#probe = undefined;
      resolve(result);
      if (this.#output && result.size) {
        this.#output.resize(result.size.columns, result.size.rows);
        this.#output.redraw();
        this.#tellDriver();
      }
    });
    this.#send(probeQuery);
    const timer = setTimeout(resolve, probeMilliseconds, undefined);
    const result = await promise;
    clearTimeout(timer);
    return result;
  }

  /** Sets the window size of the line, so that a shell or an editor started from here knows it too. */
  #tellDriver(): void {
    const size = this.#windowSize();
    if (!this.#isLine || !this.#device.startsWith("/dev/")) return;
    if (size?.columns === this.columns && size.rows === this.rows) return;
    const argv = ["stty", "-F", this.#device, "rows", String(this.rows), "cols", String(this.columns)];
    // Loaded late: the first frame does not wait for it. Without stty only the programs started from here suffer.
    void import("../base/exec.ts").then(({ exec }) => exec(argv)).catch(() => {});
  }

  #send(bytes: string, taken?: () => void): void {
    this.#sink.write(bytes, (error) => {
      if (error) this.#onHangUp();
      else taken?.();
    });
  }

  /** Waits until the line has taken the bytes, but not for a line that stands still. */
  async #sent(bytes: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, probeMilliseconds);
      this.#send(bytes, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  readonly #onData = (chunk: Buffer | string) => this.#input.feed(chunk);
  readonly #onHangUp = () => this.#end("hang-up");
  readonly #onTerminate = () => this.#end("terminated");
  readonly #onResize = () => {
    const size = this.#windowSize();
    if (size && !forcedSize(this.#env)) this.#output?.resize(size.columns, size.rows);
  };
  readonly #onExit = () => {
    if (!this.#isOpen) return;
    try {
      this.#source.setRawMode(false);
      writeSync(fdOf(this.#sink), this.#leave);
    } catch {
      // The terminal is gone or stands still: nothing is left to restore.
    }
  };
}
