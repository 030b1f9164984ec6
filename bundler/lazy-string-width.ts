import type stringWidth from "string-width";
import { isSimple } from "../tui/base/characters.ts";

declare const require: (path: string) => { readonly default: typeof stringWidth };

const sgr = /\x1b\[[\d;]*m/g;

/**
 * Stands for string-width, which compiles expressions with all emoji in them when it is loaded: as long as Node takes to
 * start. The first screen needs none of it.
 */
// biome-ignore lint/style/noDefaultExport: as string-width has it
export default function width(text: string, options: Parameters<typeof stringWidth>[1] = {}): number {
  const shown = options.countAnsiEscapeCodes ? text : text.replace(sgr, "");
  if (options.ambiguousIsNarrow !== false && isSimple(shown)) return shown.length;
  // By its path, or this file would stand for it here, too.
  return require("../node_modules/string-width/index.js").default(text, options);
}
