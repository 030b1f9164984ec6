import { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { nextToken, plainText } from "./keys.ts";

/** How long a lone ESC may be the start of a longer key. Serial-over-LAN splits keys by tens of milliseconds. */
export const escapeMilliseconds = 120;
/** How long the rest of a sequence is waited for, and how long after an Escape a stray "[B" is known to be its tail. */
const tailMilliseconds = 1000;
const queueLimit = 4096;

export interface KeyInputOptions {
  /** Called before a key is delivered; answering true takes it out of the input. */
  readonly intercept?: (key: string) => boolean;
  /** A cursor position report, "24;80R". */
  readonly onReply?: (text: string) => void;
}

/**
 * A terminal input for Ink: feed() takes bytes as they come, and Ink reads whole keys, one in each turn of the event loop.
 * Ink alone reads what one chunk holds at once, so "down, Enter" would choose the item that was current before the "down".
 */
export class KeyInput extends Readable {
  readonly isTTY = true;
  readonly #options: KeyInputOptions;
  readonly #decoder = new StringDecoder("utf8");
  readonly #queue: string[] = [];
  #pending = "";
  #timer: NodeJS.Timeout | undefined;
  #escapedAt = Number.NEGATIVE_INFINITY;
  #delivering = false;

  constructor(options: KeyInputOptions = {}) {
    super({ encoding: "utf8" });
    this.#options = options;
  }

  override _read(): void {}
  // The session keeps the terminal raw from open to close: Ink lets go of it between two screens, and keys would echo.
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  feed(bytes: Buffer | string): void {
    this.#pending += typeof bytes === "string" ? bytes : this.#decoder.write(bytes);
    this.#assemble(false);
  }

  /** Nothing typed is on its way: no key waits, none is half there. */
  get isIdle(): boolean {
    return this.#pending === "" && this.#queue.length === 0 && this.readableLength === 0;
  }

  /** Forgets what has been typed but not been delivered yet. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#pending = "";
    this.#queue.length = 0;
  }

  #assemble(timedOut: boolean): void {
    clearTimeout(this.#timer);
    if (this.#isLateTail() && !timedOut) {
      this.#wait(escapeMilliseconds);
      return;
    }
    while (this.#pending !== "") {
      const token = nextToken(this.#pending);
      if (token.is === "partial") {
        if (timedOut) this.#giveUp(token.escapeKey);
        else this.#wait(token.escapeKey ? escapeMilliseconds : tailMilliseconds);
        return;
      }
      this.#pending = this.#pending.slice(token.length);
      if (token.is === "key") this.#enqueue(token.key);
      else if (token.is === "paste") this.#enqueue(token.text);
      else if (token.is === "reply") this.#options.onReply?.(token.text);
    }
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#assemble(true), milliseconds);
  }

  #giveUp(escapeKey: boolean): void {
    const pasted = this.#pending.startsWith("\x1b[200~") ? plainText(this.#pending.slice(6)) : "";
    this.#pending = "";
    if (escapeKey) {
      this.#escapedAt = performance.now();
      this.#enqueue("\x1b");
    } else if (pasted !== "") this.#enqueue(pasted);
  }

  /**
   * After an Escape by timeout, "[B" is the rest of an arrow key that the line delivered too slowly: it is dropped.
   * Answers true while what is there may still become such a rest.
   */
  #isLateTail(): boolean {
    if (this.#pending === "" || performance.now() - this.#escapedAt > tailMilliseconds) return false;
    if (/^(?:\[[\d;]*|O)$/.test(this.#pending)) return true;
    const tail = /^(?:\[[\d;]*[A-Z~]|O[A-DFHP-S])/.exec(this.#pending);
    this.#pending = this.#pending.slice(tail?.[0].length ?? 0);
    this.#escapedAt = Number.NEGATIVE_INFINITY;
    return false;
  }

  #enqueue(key: string): void {
    if (key === "" || this.#options.intercept?.(key)) return;
    if (this.#queue.length < queueLimit) this.#queue.push(key);
    if (!this.#delivering) {
      this.#delivering = true;
      setImmediate(() => this.#deliver());
    }
  }

  /** One key a turn, and none while Ink has not taken the last: the state it changes must be on the screen first. */
  #deliver(): void {
    if (this.readableLength === 0) {
      const key = this.#queue.shift();
      if (key !== undefined) this.push(key);
    }
    this.#delivering = this.#queue.length > 0;
    if (!this.#delivering) return;
    if (this.readableLength === 0) setImmediate(() => this.#deliver());
    // Nobody listens between two screens: look again later, without burning the processor.
    else setTimeout(() => this.#deliver(), 5);
  }
}
