import type { WindowSize } from "./line.ts";

/** How long an answer is waited for. One that comes later still counts. */
const probeMilliseconds = 300;

/**
 * A serial line has no window size (stty says 0 0), and nobody tells what its terminal can draw: both are asked of the terminal.
 * Saves the cursor, sets the scroll region to the whole screen, writes a two-byte character at the left edge and asks for
 * the cursor's place: column 2 on a terminal that reads UTF-8, 3 elsewhere. Then to the far corner, and asks again, as
 * xterm's resize(1) does.
 */
const query = "\x1b7\x1b[r\x1b[H\u00b7\x1b[6n\x1b[999;999H\x1b[6n\x1b8\x1b[H\x1b[K";

export interface ProbeResult {
  /** Undefined where the terminal did not say. */
  readonly isUtf8?: boolean;
  readonly size?: WindowSize;
}

/** One question to the terminal. reply() is to be called with each cursor report ("24;80R") that comes in. */
export class Probe {
  readonly #replies: (readonly [row: number, column: number])[] = [];
  readonly #result = Promise.withResolvers<ProbeResult>();

  constructor(send: (bytes: string) => void) {
    send(query);
  }

  /** What the terminal says, whenever it does. */
  get answer(): Promise<ProbeResult> {
    return this.#result.promise;
  }

  /** What it has said within the time; nothing, when it is silent. */
  async answerInTime(): Promise<ProbeResult> {
    const silence = Promise.withResolvers<ProbeResult>();
    // One more turn: on a busy machine the answer may lie there unread when the time is over.
    const giveUp = () => setImmediate(() => setImmediate(silence.resolve, {}));
    const timer = setTimeout(giveUp, probeMilliseconds);
    const result = await Promise.race([this.answer, silence.promise]);
    clearTimeout(timer);
    return result;
  }

  reply(text: string): void {
    const [row = 0, column = 0] = text.slice(0, -1).split(";").map(Number);
    this.#replies.push([row, column]);
    const [character, corner] = this.#replies;
    if (!character || !corner) return;
    const [rows, columns] = corner;
    this.#result.resolve({
      ...(character[0] === 1 ? { isUtf8: character[1] === 2 } : {}),
      // Smaller is no terminal that anything could be drawn on, but noise.
      ...(columns >= 20 && rows >= 5 ? { size: { columns, rows } } : {}),
    });
  }
}
