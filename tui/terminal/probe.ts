/** A serial line has no window size (stty says 0 0), and nobody tells what its terminal can draw: both are asked of the terminal. */
export const probeMilliseconds = 300;

/**
 * Save the cursor, whole-screen scroll region, one two-byte character at the left edge and "where is the cursor?":
 * column 2 on a terminal that reads UTF-8, 3 elsewhere. Then to the far corner and again. As xterm's resize(1) does.
 */
export const probeQuery = "\x1b7\x1b[r\x1b[H\u00b7\x1b[6n\x1b[999;999H\x1b[6n\x1b8\x1b[H\x1b[K";

export interface ProbeResult {
  /** Undefined where the terminal did not say. */
  readonly isUtf8: boolean | undefined;
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
}

/** Collects the two replies to probeQuery; each is "24;80R". */
export class Probe {
  #replies: { row: number; column: number }[] = [];
  readonly #onResult: (result: ProbeResult) => void;

  constructor(onResult: (result: ProbeResult) => void) {
    this.#onResult = onResult;
  }

  reply(text: string): void {
    const [row, column] = text.slice(0, -1).split(";").map(Number);
    if (row === undefined || column === undefined) return;
    this.#replies.push({ row, column });
    if (this.#replies.length === 2) this.#onResult(probeResult(this.#replies));
  }
}

function probeResult(replies: readonly { row: number; column: number }[]): ProbeResult {
  const [afterCharacter, corner] = replies;
  return {
    isUtf8: afterCharacter && afterCharacter.row === 1 ? afterCharacter.column === 2 : undefined,
    size:
      corner && corner.column >= 20 && corner.row >= 5
        ? { columns: corner.column, rows: corner.row }
        : undefined,
  };
}
