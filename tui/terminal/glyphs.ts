/** What a terminal can draw: all of Unicode, what the Linux console's own font has, or 7-bit ASCII. */
export type GlyphSet = "unicode" | "linux" | "ascii";

// One character for one, so that translating never moves what stands to the right.
const pairs: readonly [from: string, to: string][] = [
  ["─━═╌╍┄┅‐‑‒–—−", "-"],
  ["│┃║╎", "|"],
  ["┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬", "+"],
  ["›❯▶▸»", ">"],
  ["‹❮◀◂«", "<"],
  ["→", ">"],
  ["←", "<"],
  ["↑▲", "^"],
  ["↓▼", "v"],
  ["•●◆■", "*"],
  ["·∙", "."],
  ["█▉▊▋▌▓", "#"],
  ["░▒", "."],
  ["…", "~"],
  ["‘’‚′`´", "'"],
  ["“”„″", '"'],
  ["✓✔√", "+"],
  ["✗✘✖×", "x"],
  ["\u00a0\u2007\u202f", " "],
];
const ascii = new Map(pairs.flatMap(([from, to]) => [...from].map((character) => [character, to] as const)));
// Code page 437, as the kernel's built-in 8x16 font has it, without the Latin letters below U+0100.
const linux = /^[\x20-\x7e\xa0-\xff•↑↓→←↔↕▲►▼◄─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬█▄▌▐▀■░▒▓√∙≈≤≥π∞∩Ωδστφεα]+$/;

/** Answers a function from a character to one of the same width that the terminal can draw. */
export function glyphsFor(set: GlyphSet): (character: string) => string {
  if (set === "unicode") return (character) => character;
  if (set === "ascii") return toAscii;
  return (character) => (linux.test(character) ? character : toAscii(character));
}

function toAscii(character: string): string {
  if (/^[ -~]$/.test(character)) return character;
  const known = ascii.get(character);
  if (known !== undefined) return known;
  // "é" without its accent is better than a question mark.
  const letter = character.normalize("NFKD").replace(/\p{Mark}/gu, "");
  return /^[\x20-\x7e]$/.test(letter) ? letter : "?";
}
