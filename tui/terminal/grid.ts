import { applySgr, limitStyle, plain, type Style, type StyleLevel } from "./style.ts";

/** One line of the screen. A wide character's second cell holds "". */
export interface Row {
  readonly text: string[];
  readonly style: Style[];
}

export type Grid = readonly Row[];

/** What a person sees as one, and the cells it takes: 0, 1 or 2. */
export interface Character {
  readonly text: string;
  readonly width: number;
}

export interface GridOptions {
  readonly columns: number;
  readonly rows: number;
  readonly level: StyleLevel;
  /** Turns a character into one the terminal has, of the same width. */
  readonly glyph: (character: string) => string;
  /** Takes a text apart that may have other than simple characters, of one cell each, in it. */
  readonly characters: (text: string) => Iterable<Character>;
}

export function blankGrid(columns: number, rows: number): Grid {
  return Array.from({ length: rows }, () => blankRow(columns));
}

function blankRow(columns: number): Row {
  return { text: Array<string>(columns).fill(" "), style: Array<Style>(columns).fill(plain) };
}

const sequence = /\x1b(?:\[([\d;:]*)([\x20-\x2f]*[@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|.?)/g;
// Characters that are one cell wide and never join their neighbours: ASCII, Latin, punctuation, arrows, box drawing, blocks.
const simple = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff]*$/;

/** A character a cell. */
export function oneCellEach(text: string): Iterable<Character> {
  return Array.from(text, (character) => ({ text: character, width: 1 }));
}

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
    const characters = simple.test(text) ? oneCellEach(text) : options.characters(text);
    for (const { text: character, width } of characters) {
      if (width === 0) continue;
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
