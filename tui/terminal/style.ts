/**
 * A cell's style in one number, so that styles compare by ===.
 * Bits 0-4 foreground, 5-9 background (0 default, 1-8 the colours 30-37, 9-16 the bright ones), then the attributes.
 */
export type Style = number;
export const plain: Style = 0;

const attributes = [
  { bit: 1 << 10, on: 1, off: 22 },
  { bit: 1 << 11, on: 2, off: 22 },
  { bit: 1 << 12, on: 3, off: 23 },
  { bit: 1 << 13, on: 4, off: 24 },
  { bit: 1 << 14, on: 7, off: 27 },
  { bit: 1 << 15, on: 9, off: 29 },
] as const;
const bold = 1 << 10;
const dim = 1 << 11;
const colours = 0x3ff;

/** What a terminal is given of the styles: all, attributes without colour (NO_COLOR), or nothing at all (TERM=dumb). */
export type StyleLevel = "colour" | "attributes" | "none";

export function limitStyle(style: Style, level: StyleLevel): Style {
  if (level === "colour") return style;
  return level === "attributes" ? style & ~colours : plain;
}

/** Applies the parameters of one SGR sequence ("1;31"). 256 and true colours become the default: eight colours are in use. */
export function applySgr(style: Style, parameters: string): Style {
  const codes = parameters === "" ? [0] : parameters.split(";").map(Number);
  let next = style;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      index += codes[index + 1] === 2 ? 4 : 2;
      next = withColour(next, code, 0);
    } else next = applyCode(next, code);
  }
  return next;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return plain;
  const on = attributes.find((attribute) => attribute.on === code);
  if (on) return style | on.bit;
  const off = attributes.filter((attribute) => attribute.off === code);
  if (off.length > 0) return off.reduce((next, attribute) => next & ~attribute.bit, style);
  if (code >= 30 && code <= 49) return withColour(style, code, code % 10 === 9 ? 0 : (code % 10) + 1);
  if (code >= 90 && code <= 107) return withColour(style, code < 100 ? 38 : 48, (code % 10) + 9);
  return style;
}

function withColour(style: Style, code: number, colour: number): Style {
  return code < 40 ? (style & ~0x1f) | colour : (style & ~0x3e0) | (colour << 5);
}

function colourCode(colour: number, ground: 0 | 10): number {
  if (colour === 0) return 39 + ground;
  return (colour <= 8 ? 29 + colour : 81 + colour) + ground;
}

/** The shortest SGR sequence that turns one style into another; "" where they are the same. */
export function sgrBetween(from: Style, to: Style): string {
  if (from === to) return "";
  if (to === plain) return "\x1b[m";
  const step = difference(from, to).join(";");
  const afresh = ["", ...difference(plain, to)].join(";");
  return `\x1b[${step.length <= afresh.length ? step : afresh}m`;
}

function difference(from: Style, to: Style): number[] {
  const codes: number[] = [];
  // 22 ends bold and dim together: what stays of the two is set again.
  const fresh = from & ~to & (bold | dim) ? from & ~(bold | dim) : from;
  if (fresh !== from) codes.push(22);
  for (const { bit, on, off } of attributes) {
    if (to & ~fresh & bit) codes.push(on);
    else if (fresh & ~to & bit) codes.push(off);
  }
  if ((fresh ^ to) & 0x1f) codes.push(colourCode(to & 0x1f, 0));
  if ((fresh ^ to) & 0x3e0) codes.push(colourCode((to >> 5) & 0x1f, 10));
  return codes;
}
