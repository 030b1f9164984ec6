import stringWidth from "string-width";
import type { Character } from "./grid.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The characters of a text as a person counts them, with the cells that each takes. To be loaded after the first frame:
 * string-width compiles expressions with all emoji in them when it is loaded, which costs as much as starting Node.
 */
export function charactersOf(text: string): Character[] {
  return Array.from(segmenter.segment(text), ({ segment }) => ({
    text: segment,
    width: /\p{Control}/u.test(segment) ? 0 : stringWidth(segment),
  }));
}
