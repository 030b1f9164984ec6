import { Writable } from "node:stream";
import { diffGrids, repaint } from "./diff.ts";
import { type GlyphSet, glyphsFor } from "./glyphs.ts";
import { blankGrid, type Grid, gridOf } from "./grid.ts";
import type { StyleLevel } from "./style.ts";

/** Two frames are at least this far apart; the first after a pause is sent at once. */
const frameMilliseconds = 33;
// Ink shows and hides the cursor and asks for modes by itself: none of these is a frame, all are the session's business.
const controlOnly = /^(?:\x1b\[[?>=<][\d;]*[a-zA-Z])*$/;

export interface ScreenOutputOptions {
  readonly columns: number;
  readonly rows: number;
  readonly level: StyleLevel;
  readonly glyphs: GlyphSet;
  /** Sends bytes to the terminal and calls back when it has taken them. May take for ever. */
  readonly send: (bytes: string, taken: () => void) => void;
}

/**
 * A terminal output for Ink's render() with debug: true, whose every write is a whole frame. Sends what changed.
 * One frame is under way at a time: on a line that is slow or stands still, later frames replace the one that waits.
 */
export class ScreenOutput extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #options: ScreenOutputOptions;
  #glyph: (character: string) => string;
  #shown: Grid;
  #latest = "";
  #isDirty = false;
  #needsRepaint = true;
  #inFlight = false;
  #paused = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ScreenOutputOptions) {
    super({ decodeStrings: false });
    // Every component that asks for the window's size listens to "resize"; Node would warn, onto the screen.
    this.setMaxListeners(0);
    this.#options = options;
    this.columns = options.columns;
    this.rows = options.rows;
    this.#glyph = glyphsFor(options.glyphs);
    this.#shown = blankGrid(options.columns, options.rows);
  }

  /** What tty.WriteStream answers. */
  getWindowSize(): [number, number] {
    return [this.columns, this.rows];
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const frame = chunk.toString();
    // Never held back: a screen that waits for its terminal would hold up whatever waits for the screen.
    done();
    if (controlOnly.test(frame) || frame === this.#latest) return;
    this.#latest = frame;
    this.#isDirty = true;
    this.#schedule();
  }

  /** Draws everything again, for Ctrl-L or after another program had the terminal. */
  redraw(): void {
    this.#needsRepaint = true;
    this.#schedule();
  }

  /** Ink lays out afresh by the event; the frame that follows is drawn on an empty screen. */
  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return;
    this.columns = columns;
    this.rows = rows;
    this.#needsRepaint = true;
    this.emit("resize");
    this.#schedule();
  }

  /** Keeps frames to itself until resume(), which draws everything again. */
  pause(): void {
    this.#paused = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.#paused = false;
    this.redraw();
  }

  #schedule(): void {
    if (this.#inFlight || this.#paused || this.#timer) return;
    const wait = this.#sentAt + frameMilliseconds - performance.now();
    if (wait <= 0) this.#flush();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#flush();
      }, wait);
    }
  }

  #flush(): void {
    if (this.#inFlight || this.#paused || !(this.#isDirty || this.#needsRepaint)) return;
    const next = gridOf(this.#latest, {
      columns: this.columns,
      rows: this.rows,
      level: this.#options.level,
      glyph: this.#glyph,
    });
    const bytes = this.#needsRepaint
      ? repaint(blankGrid(this.columns, this.rows), next)
      : diffGrids(this.#shown, next);
    this.#shown = next;
    this.#isDirty = false;
    this.#needsRepaint = false;
    if (bytes === "") return;
    this.#inFlight = true;
    this.#sentAt = performance.now();
    this.#options.send(bytes, () => {
      this.#inFlight = false;
      this.#schedule();
    });
  }
}
