import { appendFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { keyBytes } from "./keys.ts";
import { Screen } from "./screen.ts";

export interface WaitOptions {
  /** Milliseconds. Emulated machines on a busy host are slow: be generous. @default 300_000 */
  readonly timeout?: number;
}

/** Text on the screen, a pattern over it (rows are separated by \n), or any question to it. */
export type Expectation = string | RegExp | ((screen: string) => boolean);

/** How far a pattern may reach back over what has been looked at before. */
const lookBack = 4096;

/** The far end of a machine's serial line: an 80x24 terminal with somebody who types and reads. */
export class SerialLine {
  /** The file with every byte of the guest. Written here: QEMU's own logfile doubles bytes where the socket takes a part. */
  readonly log: string;
  readonly terminal: Screen;
  /** What the guest has sent so far, in bytes: the price of a redraw. */
  bytesReceived = 0;
  #raw = "";
  #socket: Socket | undefined;
  #failure: Error | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #decoder = new TextDecoder();
  readonly #explain: (reason: string) => string;
  readonly #onText: (recent: string) => void;

  /** `explain` adds to an error what is needed to look into it; `onText` sees all text, with some of what came before it. */
  constructor(options: {
    log: string;
    terminal?: Screen;
    explain?: (reason: string) => string;
    onText?: (recent: string) => void;
  }) {
    this.log = options.log;
    writeFileSync(this.log, "");
    this.terminal = options.terminal ?? new Screen();
    this.#explain = options.explain ?? ((reason) => reason);
    this.#onText = options.onText ?? (() => {});
    this.terminal.onReply((reply) => this.type(reply));
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on("data", (chunk) => void this.#receive(chunk));
    // The machine's end closes the line under us; who waits learns it from fail().
    socket.on("error", () => {});
  }

  /** What a person would see now. */
  screen(): string {
    return this.terminal.text();
  }

  /** Presses keys by name: "down", "enter", "f1", "ctrl-l", "x". All go out in one piece. */
  press(...keys: string[]): void {
    this.type(keys.map(keyBytes).join(""));
  }

  type(text: string): void {
    this.#socket?.write(text);
  }

  /** Waits until the screen shows it. */
  async waitFor(expected: Expectation, options: WaitOptions = {}): Promise<string> {
    const what = typeof expected === "function" ? "the expected screen" : String(expected);
    return this.#wait(
      () => {
        const screen = this.screen();
        return matches(screen, expected) ? screen : undefined;
      },
      what,
      options,
    );
  }

  /**
   * Waits until the pattern stands in all that the guest has ever sent, as it was sent: for boot messages.
   * `from` is a former `mark()`, where a message may come twice.
   */
  async waitForLog(pattern: RegExp, options: WaitOptions & { from?: number } = {}): Promise<RegExpExecArray> {
    let position = options.from ?? 0;
    return this.#wait(
      () => {
        const match = new RegExp(pattern, pattern.flags.replace(/[gy]/g, "")).exec(this.#raw.slice(position));
        position = Math.max(position, this.#raw.length - lookBack);
        return match ?? undefined;
      },
      `${pattern} in the log`,
      options,
    );
  }

  /** A place in the log: here and now. */
  mark(): number {
    return this.#raw.length;
  }

  /** All the guest has sent since a mark, as text with its escape sequences. */
  sent(from = 0): string {
    return this.#raw.slice(from);
  }

  /** Waits until the guest has sent nothing for a while: a redraw has ended. */
  async waitForQuiet(milliseconds = 1000, options: WaitOptions = {}): Promise<void> {
    const end = performance.now() + (options.timeout ?? 300_000);
    for (let seen = -1; seen !== this.bytesReceived; ) {
      if (performance.now() > end) throw new Error(this.#explain("The serial line does not come to rest."));
      seen = this.bytesReceived;
      await after(milliseconds);
      if (this.#failure) throw this.#failure;
    }
  }

  /** Ends the line: whoever waits now or later gets this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#notify();
  }

  async #receive(chunk: Buffer): Promise<void> {
    this.bytesReceived += chunk.length;
    appendFileSync(this.log, chunk);
    const text = this.#decoder.decode(chunk, { stream: true });
    this.#raw += text;
    this.#onText(this.#raw.slice(-(text.length + lookBack)));
    await this.terminal.write(text);
    this.#notify();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #wait<Found>(
    find: () => Found | undefined,
    what: string,
    { timeout = 300_000 }: WaitOptions,
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = () => {
        const found = find();
        if (found !== undefined) return done(() => resolve(found));
        if (this.#failure) done(() => reject(this.#failure));
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(this.#explain(`Waited ${timeout / 1000} s in vain for ${what}.`)))),
        timeout,
      );
      this.#watchers.add(look);
      look();
    });
  }
}

function matches(screen: string, expected: Expectation): boolean {
  if (typeof expected === "string") return screen.includes(expected);
  return typeof expected === "function" ? expected(screen) : expected.test(screen);
}
