import stringWidth from "string-width";
import { charactersOf, isSimple } from "../base/characters.ts";
import { applySgr, limitStyle, plain, type Style, type StyleLevel } from "./style.ts";

/** One line of the screen. A wide character's second cell holds "". */
export interface Row {
  readonly text: string[];
  readonly style: Style[];
}

export type Grid = readonly Row[];

export interface GridOptions {
  readonly columns: number;
  readonly rows: number;
  readonly level: StyleLevel;
  /** Turns a character into one the terminal has, of the same width. */
  readonly glyph: (character: string) => string;
}

export function blankGrid(columns: number, rows: number): Grid {
  return Array.from({ length: rows }, () => blankRow(columns));
}

function blankRow(columns: number): Row {
  return { text: Array<string>(columns).fill(" "), style: Array<Style>(columns).fill(plain) };
}

const sequence = /\x1b(?:\[([\d;:]*)([\x20-\x2f]*[@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|.?)/g;

/** Puts a frame as Ink writes it in debug mode (lines of text and SGR) into cells; what sticks out is cut off. */
export function gridOf(frame: string, options: GridOptions): Grid {
  const lines = frame.split("\n");
  let style = plain;
  return Array.from({ length: options.rows }, (_, index) => {
    const row = blankRow(options.columns);
    style = fillRow(row, lines[index] ?? "", style, options);
    return row;
  });
}

function fillRow(row: Row, line: string, initial: Style, options: GridOptions): Style {
  let column = 0;
  let style = initial;
  const put = (text: string) => {
    const shown = limitStyle(style, options.level);
    for (const character of charactersOf(text)) {
      const width = isSimple(character) ? 1 : stringWidth(character);
      if (width === 0 || /\p{Control}/u.test(character)) continue;
      if (column + width > options.columns) return;
      const glyph = options.glyph(character);
      row.text[column] = glyph;
      row.style[column] = shown;
      if (width > 1) {
        row.text[column + 1] = glyph === character ? "" : " ";
        row.style[column + 1] = shown;
      }
      column += width;
    }
  };
  let from = 0;
  for (const match of line.matchAll(sequence)) {
    put(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") style = applySgr(style, match[1] ?? "");
  }
  put(line.slice(from));
  return style;
}
