import type { Grid, Row } from "./grid.ts";
import { plain, type Style, sgrBetween } from "./style.ts";

/** Where the terminal's cursor is and how it draws. Null: not known, after the last column or an odd character. */
interface Pen {
  out: string;
  at: { row: number; column: number } | null;
  style: Style;
}

/**
 * The bytes that turn one screen into another of the same size: cursor moves, SGR, text, erase to the end of the line.
 * Expects the plain style, leaves it so. Never writes the bottom-right cell: some terminals scroll then.
 */
export function diffGrids(before: Grid, after: Grid): string {
  const pen: Pen = { out: "", at: null, style: plain };
  for (const [index, row] of after.entries()) {
    const old = before[index];
    if (old)
      diffRow(pen, index, old, row, index === after.length - 1 ? row.text.length - 1 : row.text.length);
  }
  draw(pen, plain);
  return pen.out;
}

/** Erases the screen and draws all of it, whatever is there. */
export function repaint(blank: Grid, after: Grid): string {
  return `\x1b[m\x1b[H\x1b[2J${diffGrids(blank, after)}`;
}

const same = (a: Row, b: Row, column: number) =>
  a.text[column] === b.text[column] && a.style[column] === b.style[column];

function diffRow(pen: Pen, row: number, old: Row, next: Row, end: number): void {
  let tail = end;
  while (tail > 0 && next.text[tail - 1] === " " && next.style[tail - 1] === plain) tail--;
  for (let column = 0; column < tail; column++) {
    const wide = next.text[column + 1] === "";
    if (next.text[column] === "" || (same(old, next, column) && !(wide && !same(old, next, column + 1))))
      continue;
    if (wide && column + 1 >= end) continue;
    moveTo(pen, row, column, next);
    put(pen, next, column, wide);
  }
  eraseTail(pen, row, tail, old, end);
}

function eraseTail(pen: Pen, row: number, column: number, old: Row, end: number): void {
  const isBlank = (at: number) => old.text[at] === " " && old.style[at] === plain;
  let first = column;
  while (first < end && isBlank(first)) first++;
  if (first >= end) return;
  let last = end - 1;
  while (isBlank(last)) last--;
  moveTo(pen, row, first);
  draw(pen, plain);
  // Three bytes erase any number of cells. The erased last cell of the bottom row was never written.
  if (last - first + 1 > 3 || last === end - 1) pen.out += "\x1b[K";
  else {
    pen.out += " ".repeat(last - first + 1);
    pen.at = { row, column: last + 1 };
  }
}

function draw(pen: Pen, style: Style): void {
  pen.out += sgrBetween(pen.style, style);
  pen.style = style;
}

function put(pen: Pen, row: Row, column: number, wide: boolean): void {
  const character = row.text[column] as string;
  draw(pen, row.style[column] as Style);
  // Terminals disagree about the width of what is made of several code points: blank its cells first, then trust nothing.
  const odd = character.length > 1;
  pen.out += odd && wide ? `  \b\b${character}` : character;
  const next = column + (wide ? 2 : 1);
  pen.at = odd || !pen.at || next >= row.text.length ? null : { row: pen.at.row, column: next };
}

function moveTo(pen: Pen, row: number, column: number, line?: Row): void {
  const { at } = pen;
  const absolute = `\x1b[${row === 0 ? "" : row + 1}${column === 0 ? "" : `;${column + 1}`}H`;
  const ways = [absolute];
  if (at) {
    if (at.row === row && at.column === column) return;
    ways.push(vertical(row - at.row) + horizontal(at.column, column));
    const gap = line && at.row === row ? gapText(pen, line, at.column, column) : null;
    if (gap !== null) ways.push(gap);
  }
  pen.out += ways.reduce((best, way) => (way.length < best.length ? way : best));
  pen.at = { row, column };
}

/** A few unchanged cells in the style at hand are cheaper written again than jumped over. */
function gapText(pen: Pen, line: Row, from: number, to: number): string | null {
  if (to <= from || to - from > 4) return null;
  const text = line.text.slice(from, to);
  const plainCells = text.every(
    (cell, index) => /^[ -~]$/.test(cell) && line.style[from + index] === pen.style,
  );
  return plainCells ? text.join("") : null;
}

const times = (count: number) => (count === 1 ? "" : String(count));

function vertical(rows: number): string {
  if (rows === 0) return "";
  return rows > 0 ? `\x1b[${times(rows)}B` : `\x1b[${times(-rows)}A`;
}

function horizontal(from: number, to: number): string {
  if (from === to) return "";
  const right = `\x1b[${times(to - from)}C`;
  if (to > from) return right;
  const back = from - to <= 3 ? "\b".repeat(from - to) : `\x1b[${times(from - to)}D`;
  const home = to === 0 ? "\r" : `\r\x1b[${times(to)}C`;
  return home.length < back.length ? home : back;
}
