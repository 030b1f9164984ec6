import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffGrids, repaint } from "../../../tui/terminal/diff.ts";
import { glyphsFor } from "../../../tui/terminal/glyphs.ts";
import { blankGrid, gridOf } from "../../../tui/terminal/grid.ts";

const columns = 12;
const rows = 4;
const options = { columns, rows, level: "colour", glyph: glyphsFor("unicode") } as const;

/** Every cell of a real terminal emulator: character, width, colours and attributes. */
async function cellsAfter(bytes: string): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const buffer = terminal.buffer.active;
  const cells: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = buffer.getLine(row)?.getCell(column);
      if (!cell) throw new Error("the terminal has lost a cell");
      // An erased cell is "", a written blank " ": the same to the eye.
      const blank = cell.getWidth() === 1 && cell.getChars().trim() === "";
      const marks = [cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isInverse()];
      cells.push(
        [
          blank ? " " : cell.getChars(),
          cell.getWidth(),
          cell.getFgColor(),
          cell.getBgColor(),
          ...marks,
        ].join(),
      );
    }
  }
  return cells;
}

const character = fc.constantFrom(..."ab c.─›é", " ", " ", "漢", "字", "\u00b7");
const sgr = fc.constantFrom(
  "",
  "\x1b[1m",
  "\x1b[2m",
  "\x1b[22m",
  "\x1b[7m",
  "\x1b[27m",
  "\x1b[31m",
  "\x1b[92m",
  "\x1b[44m",
  "\x1b[0m",
  "\x1b[4m",
  "\x1b[39m",
  "\x1b[49m",
);
const framesOf = (cells: number) => {
  const line = fc
    .array(fc.tuple(sgr, character), { maxLength: cells })
    .map((pieces) => `${pieces.map(([style, text]) => style + text).join("")}\x1b[0m`);
  return fc.array(line, { maxLength: rows }).map((lines) => lines.join("\n"));
};

describe("cell diff", () => {
  test("any frames one after the other look like the last one painted alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(framesOf(columns), { minLength: 2, maxLength: 5 }), async (frames) => {
        const grids = frames.map((text) => gridOf(text, options));
        const blank = blankGrid(columns, rows);
        let bytes = "";
        let shown = blank;
        for (const grid of grids) {
          bytes += bytes === "" ? repaint(blank, grid) : diffGrids(shown, grid);
          shown = grid;
        }
        expect(await cellsAfter(bytes)).toEqual(await cellsAfter(repaint(blank, shown)));
      }),
      { numRuns: 300 },
    );
  });

  test("a frame painted is what Ink wrote", async () => {
    await fc.assert(
      fc.asyncProperty(framesOf(columns / 2), async (text) => {
        const painted = await cellsAfter(repaint(blankGrid(columns, rows), gridOf(text, options)));
        const raw = await cellsAfter(text.replaceAll("\n", "\r\n"));
        // The bottom-right cell is never written.
        expect(painted.slice(0, -1)).toEqual(raw.slice(0, -1));
      }),
      { numRuns: 300 },
    );
  });

  test("the bottom-right cell is never written, so that no terminal scrolls", () => {
    const full = gridOf(Array(rows).fill("x".repeat(columns)).join("\n"), options);
    const bytes = repaint(blankGrid(columns, rows), full);
    expect(bytes.match(/x/g)).toHaveLength(columns * rows - 1);
  });

  test("equal frames cost nothing", () => {
    const grid = gridOf("\x1b[31mred\x1b[39m", options);
    expect(diffGrids(grid, grid)).toBe("");
  });

  test.each([
    ["a marker that moves down", "> a\n  b", "  a\n> b", "\x1b[H \x1b[2H>"],
    ["the end of a line that goes", "hello world", "hello", "\x1b[;7H\x1b[K"],
    ["three cells that go", "hello abc", "hello", "\x1b[;7H   "],
    ["one changed letter", "hello", "hallo", "\x1b[;2Ha"],
    ["two near changes", "abcdef", "Abcdef".replace("d", "D"), "\x1b[HAbcD"],
    ["colour that goes", "\x1b[31mab\x1b[39m", "ab", "\x1b[Hab"],
  ])("%s", (_, before, after, bytes) => {
    expect(diffGrids(gridOf(before, options), gridOf(after, options))).toBe(bytes);
  });

  test("NO_COLOR leaves inverse and bold and takes every colour", () => {
    const grid = gridOf("\x1b[1;31;44mred\x1b[0m \x1b[7mfocus\x1b[27m", { ...options, level: "attributes" });
    const bytes = diffGrids(blankGrid(columns, rows), grid);
    expect(bytes).toBe("\x1b[H\x1b[1mred\x1b[C\x1b[;7mfocus\x1b[m");
  });

  test.each(["ascii", "linux"] as const)("%s: what is drawn fits the terminal and keeps its place", (set) => {
    const glyph = glyphsFor(set);
    const grid = gridOf("é›─│漢x…“ü", { ...options, glyph });
    const text = grid[0]?.text.join("");
    expect(text).toBe(set === "ascii" ? 'e>-|? x~"u  ' : 'é>─│? x~"ü  ');
  });

  test("ascii is 7-bit whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const grid = gridOf(text, { ...options, glyph: glyphsFor("ascii") });
        expect(diffGrids(blankGrid(columns, rows), grid)).toMatch(/^[\x08\x0d\x1b -~]*$/);
      }),
    );
  });
});
