import { UserError } from "../base/errors.ts";
import {
  type Environment,
  forcedSize,
  glyphSetOf,
  prepareEnvironment,
  styleLevelOf,
} from "./capabilities.ts";
import { KeyInput } from "./key-input.ts";
import { Line } from "./line.ts";
import { Probe, type ProbeResult } from "./probe.ts";
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
  /** What is shown on a terminal of 80x24 until Ink has drawn: a frame as Ink would write it. @default nothing */
  readonly firstFrame?: string;
}

/**
 * Opens the terminal, and loads Ink: to be called before anything else does.
 * Throws UserError where stdin or stdout is no terminal.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  if (!options.stdin.isTTY || !options.stdout.isTTY) {
    throw new UserError(
      `The screens need a terminal, and ${options.stdin.isTTY ? "stdout" : "stdin"} is none.`,
      {
        hint: "Log in with `ssh -t`, or use `dabei status --json` and `dabei events`, which need no terminal.",
      },
    );
  }
  const env = { ...options.env };
  const terminal = new Terminal({ ...options, env });
  await terminal.open();
  if (options.firstFrame && terminal.columns === 80 && terminal.rows === 24) {
    terminal.stdout.write(options.firstFrame);
    // It must be on its way before Ink keeps this thread busy.
    await new Promise(setImmediate);
  }
  const restoreEnvironment = prepareEnvironment(process.env);
  await import("ink");
  restoreEnvironment();
  terminal.tellSize();
  return terminal;
}

class Terminal implements Session {
  readonly ended: Promise<"hang-up" | "terminated">;
  readonly color: boolean;
  ascii = true;
  readonly stdin: NodeJS.ReadStream;
  readonly #env: Environment;
  readonly #line: Line;
  readonly #input: KeyInput;
  readonly #end: (reason: "hang-up" | "terminated") => void;
  #output!: ScreenOutput;
  /** No window size to trust: it is asked of the terminal at the start, and again at Ctrl-L, when another may be attached. */
  #asksTerminal = false;
  #probe: Probe | undefined;
  #isOpen = false;

  constructor(options: SessionOptions) {
    this.#env = options.env;
    this.color = styleLevelOf(options.env) === "colour";
    const { promise, resolve } = Promise.withResolvers<"hang-up" | "terminated">();
    this.ended = promise;
    this.#end = resolve;
    this.#input = new KeyInput({ intercept: this.#onKey, onReply: (text) => this.#probe?.reply(text) });
    this.stdin = this.#input as unknown as NodeJS.ReadStream;
    this.#line = new Line({
      ...options,
      onData: (chunk) => this.#input.feed(chunk),
      onResize: this.#onResize,
      onGone: () => this.#end("hang-up"),
    });
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

  async open(): Promise<void> {
    process.on("SIGTERM", this.#onTerminate).on("SIGINT", this.#onTerminate);
    // The monitor comes before Node prints the error: on the alternate screen nobody would see it.
    // Node prints its warnings onto the screen.
    process.removeAllListeners("warning");
    process.on("exit", this.#onExit).on("uncaughtExceptionMonitor", this.#onExit);
    this.#isOpen = true;
    this.#line.takeOver();
    const known = this.#line.windowSize();
    this.#asksTerminal = !forcedSize(this.#env) && !(this.#line.isPseudo && known);
    const said = this.#asksTerminal ? await this.#ask() : {};
    const glyphs = glyphSetOf(this.#env, said.isUtf8);
    this.ascii = glyphs === "ascii";
    this.#output = new ScreenOutput({
      ...(forcedSize(this.#env) ?? said.size ?? known ?? { columns: 80, rows: 24 }),
      level: styleLevelOf(this.#env),
      glyphs,
      send: (bytes, taken) => this.#line.send(bytes, taken),
    });
    this.#line.send(this.#enter);
  }

  /** Not before there is something to see: it loads a good deal. */
  tellSize(): void {
    if (this.#asksTerminal) this.#line.setWindowSize(this.#output);
  }

  redraw(): void {
    if (this.#asksTerminal) void this.#ask().then(() => this.#output.redraw());
    else this.#output.redraw();
  }

  async suspend(run: () => Promise<void>): Promise<void> {
    this.#output.pause();
    await this.#line.sent(`${this.#leave}\x1b[H\x1b[2J`);
    await this.#line.handOver();
    try {
      await run();
    } finally {
      this.#input.discard();
      this.#line.takeOver();
      this.#line.send(this.#enter);
      this.#output.resume();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.pause();
    await this.#line.sent(this.#leave);
    process.off("SIGTERM", this.#onTerminate).off("SIGINT", this.#onTerminate);
    process.off("exit", this.#onExit).off("uncaughtExceptionMonitor", this.#onExit);
    this.#input.discard();
    await this.#line.close();
    this.#end("terminated");
  }

  // Bracketed paste (2004), cursor hidden (25), alternate screen (1049). The last not on a serial line or a console:
  // what the kernel says there last must not vanish with it.
  get #enter(): string {
    return `${this.#hasAlternateScreen ? "\x1b[?1049h" : ""}\x1b[?2004h\x1b[?25l`;
  }
  get #leave(): string {
    return `\x1b[m\x1b[?25h\x1b[?2004l${this.#hasAlternateScreen ? "\x1b[?1049l" : "\x1b[999H\r\n"}`;
  }
  get #hasAlternateScreen(): boolean {
    return this.#line.isPseudo && this.#env.TERM !== "dumb";
  }

  async #ask(): Promise<ProbeResult> {
    const probe = new Probe((bytes) => this.#line.send(bytes));
    this.#probe = probe;
    void probe.answer.then(({ size }) => {
      if (!size || !this.#output) return;
      this.#output.resize(size.columns, size.rows);
      this.#output.redraw();
      this.#line.setWindowSize(size);
    });
    return probe.answerInTime();
  }

  readonly #onKey = (key: string) => {
    if (key !== "\f") return false;
    this.redraw();
    return true;
  };
  readonly #onResize = () => {
    const size = this.#line.windowSize();
    if (size && !forcedSize(this.#env)) this.#output?.resize(size.columns, size.rows);
  };
  readonly #onTerminate = () => this.#end("terminated");
  readonly #onExit = () => {
    if (this.#isOpen) this.#line.restoreNow(this.#leave);
    this.#isOpen = false;
  };
}
