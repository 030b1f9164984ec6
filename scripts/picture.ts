import type { IBufferCell, Terminal } from "@xterm/headless";
import stringWidth from "string-width";

// One cell in SVG units. Text is stretched to whole cells, so any monospaced font gives the same picture.
const cell = { width: 9, height: 18, baseline: 13.5 };
const margin = 12;
const ground = "#16181d";
const ink = "#d8dae0";
const palette = [
  ...["#16181d", "#e06c75", "#8fc97a", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dae0"],
  ...["#5c6370", "#ff7b86", "#a5e08f", "#ffd68a", "#7fc1ff", "#d990f0", "#6fd3df", "#ffffff"],
];

interface Look {
  readonly ink: string;
  readonly ground: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

interface Run {
  readonly look: Look;
  readonly column: number;
  readonly width: number;
  readonly text: string;
}

/** Draws what a terminal shows as SVG. The same screen gives the same bytes. */
export function pictureOf(terminal: Terminal, title: string): string {
  const width = terminal.cols * cell.width + 2 * margin;
  const height = terminal.rows * cell.height + 2 * margin;
  const rows = Array.from({ length: terminal.rows }, (_, row) => drawRow(runsOf(terminal, row), row));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeText(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="15">
${rows.filter(Boolean).join("\n")}
</g>
</svg>
`;
}

function drawRow(runs: readonly Run[], row: number): string {
  return runs
    .map(({ look, column, width, text }) => {
      const x = margin + column * cell.width;
      const y = margin + row * cell.height;
      const back =
        look.ground === ground
          ? ""
          : `<rect x="${x}" y="${y}" width="${width * cell.width}" height="${cell.height}" fill="${look.ground}"/>`;
      return back + (isLines(text) ? drawLines(text, x, y, look) : drawText(text, x, y, look));
    })
    .join("");
}

/** Words that stand apart are placed apart: SVG viewers do not agree on what several blanks are. */
function drawText(text: string, x: number, y: number, look: Look): string {
  const style = `${look.isBold ? ' font-weight="bold"' : ""}${look.isDim ? ' opacity=".6"' : ""}`;
  return [...text.matchAll(/\S+(?: \S+)*/g)]
    .map(({ 0: words, index }) => {
      const left = x + stringWidth(text.slice(0, index)) * cell.width;
      const length = stringWidth(words) * cell.width;
      return `<text x="${left}" y="${y + cell.baseline}" textLength="${length}" fill="${look.ink}"${style}>${escapeText(words)}</text>`;
    })
    .join("");
}

// Which halves of a cell a box-drawing character fills: left, right, up, down. As letters they would leave gaps between rows.
const strokes: Readonly<Record<string, string>> = {
  "─": "lr",
  "│": "ud",
  "┌": "rd",
  "┐": "ld",
  "└": "ru",
  "┘": "lu",
  "├": "rud",
  "┤": "lud",
  "┬": "lrd",
  "┴": "lru",
  "┼": "lrud",
};

function isLines(text: string): boolean {
  return [...text].every((character) => character in strokes);
}

function drawLines(text: string, x: number, y: number, look: Look): string {
  const middle = y + cell.height / 2;
  const path = [...text].map((character, index) => {
    const left = x + index * cell.width;
    const centre = left + cell.width / 2;
    const ends: Readonly<Record<string, string>> = {
      l: `H${left}`,
      r: `H${left + cell.width}`,
      u: `V${y}`,
      d: `V${y + cell.height}`,
    };
    return [...(strokes[character] ?? "")].map((side) => `M${centre} ${middle}${ends[side]}`).join("");
  });
  // A line of rules as one stroke.
  const whole = /^─+$/.test(text) ? `M${x} ${middle}h${text.length * cell.width}` : path.join("");
  return `<path d="${whole}" stroke="${look.ink}" fill="none"${look.isDim ? ' opacity=".6"' : ""}/>`;
}

/** Neighbouring cells that look the same; box-drawing characters apart from text. */
function runsOf(terminal: Terminal, row: number): Run[] {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column++) {
    const at = line?.getCell(column);
    if (!at || at.getWidth() === 0) continue;
    const text = at.getChars() || " ";
    const look = lookOf(at);
    const last = runs.at(-1);
    const isSame =
      last && JSON.stringify(last.look) === JSON.stringify(look) && isLines(last.text) === isLines(text);
    const joined = { look, column, width: at.getWidth(), text };
    if (isSame) {
      runs[runs.length - 1] = { ...last, width: last.width + joined.width, text: last.text + text };
    } else runs.push(joined);
  }
  return runs;
}

function lookOf(at: IBufferCell): Look {
  const front = at.isFgPalette() ? (palette[at.getFgColor()] ?? ink) : ink;
  const back = at.isBgPalette() ? (palette[at.getBgColor()] ?? ground) : ground;
  const isInverse = at.isInverse() !== 0;
  return {
    ink: isInverse ? back : front,
    ground: isInverse ? front : back,
    isBold: at.isBold() !== 0,
    isDim: at.isDim() !== 0,
  };
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
