import stringWidth from "string-width";
import { charactersOf } from "../base/characters.ts";

/** How many cells a text takes on the screen. */
export function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to a number of cells; the last one tells that something is missing. */
export function cut(text: string, width: number, ellipsis = "…"): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return "";
  let room = width - widthOf(ellipsis);
  let kept = "";
  for (const character of charactersOf(text)) {
    room -= widthOf(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}

/** Cuts a text in its middle: of an address both the server and the last name tell the most. */
export function cutMiddle(text: string, width: number, ellipsis = "…"): string {
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(ellipsis);
  if (room < 2) return cut(text, width, ellipsis);
  const reversed = (part: string) => [...charactersOf(part)].reverse().join("");
  const head = cut(text, Math.ceil(room / 2), "");
  const tail = reversed(cut(reversed(text), room - widthOf(head), ""));
  return head + ellipsis + tail;
}

/** A text in exactly `width` cells. */
export function padTo(text: string, width: number, align: "left" | "right" = "left", ellipsis = "…"): string {
  const shown = cut(text, width, ellipsis);
  const blanks = " ".repeat(Math.max(0, width - widthOf(shown)));
  return align === "left" ? shown + blanks : blanks + shown;
}

/** Breaks a text at blanks into lines of at most `width` cells; a longer word is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    let rest = word;
    if (line !== "" && widthOf(line) + 1 + widthOf(rest) > width) {
      lines.push(line);
      line = "";
    } else if (line !== "") line += " ";
    while (line === "" && widthOf(rest) > width) {
      const head = cut(rest, width, "");
      if (head === "") break;
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line += rest;
  }
  return [...lines, line];
}

/** A line of a program's output as it can be shown: no escape sequences, no control characters, tabs as blanks. */
export function printable(line: string): string {
  return line
    .replace(/\x1b(?:\[[\d;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.?)/g, "")
    .replaceAll("\t", "    ")
    .replace(/\p{Control}/gu, "");
}

export interface Column {
  readonly align?: "left" | "right";
  /** The column gives way, down to this width, when the table is wider than its place. Without it, it keeps its width. */
  readonly min?: number;
}

/** Lays out a table: columns two blanks apart, each as wide as its widest cell, the flexible ones cut to fit `width`. */
export function columnsOf(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  width: number,
  ellipsis = "…",
): string[][] {
  const widths = columns.map((_, index) => Math.max(0, ...rows.map((row) => widthOf(row[index] ?? ""))));
  let excess = widths.reduce((sum, each) => sum + each, 2 * (columns.length - 1)) - width;
  while (excess > 0) {
    // The widest of those that can give way gives one cell.
    const flexible = columns.flatMap(({ min }, index) =>
      min !== undefined && (widths[index] ?? 0) > min ? [index] : [],
    );
    const widest = flexible.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return rows.map((row) =>
    columns.map(({ align = "left" }, index) => padTo(row[index] ?? "", widths[index] ?? 0, align, ellipsis)),
  );
}

/** What stands behind the first cell of a row, where that is shown as short as what it says: still aligned. */
export function restOf([first = "", ...rest]: readonly string[]): string {
  return " ".repeat(first.length - first.trimEnd().length) + rest.join("  ").trimEnd();
}
