import type { GlyphSet } from "./glyphs.ts";
import type { StyleLevel } from "./style.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How much styling the terminal gets. NO_COLOR (https://no-color.org) takes the colours and leaves inverse and bold;
 * TERM=dumb has nothing. FORCE_COLOR=0 is the same as NO_COLOR, any other value brings colour back.
 */
export function styleLevelOf(env: Environment): StyleLevel {
  if (env.TERM === "dumb") return "none";
  if (env.FORCE_COLOR !== undefined) {
    return env.FORCE_COLOR === "0" || env.FORCE_COLOR === "false" ? "attributes" : "colour";
  }
  return env.NO_COLOR ? "attributes" : "colour";
}

/**
 * Which characters the terminal can draw. DABEI_ASCII=1 or 0 decides; then what the terminal itself showed
 * (isUtf8, from the probe); then the locale. The Linux console has 256 glyphs: TERM=linux gets the ones it has.
 */
export function glyphSetOf(env: Environment, isUtf8: boolean | undefined): GlyphSet {
  if (env.DABEI_ASCII === "1") return "ascii";
  if (env.DABEI_ASCII === "0") return "unicode";
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  if (env.TERM === "dumb" || !(isUtf8 ?? /utf-?8/i.test(locale))) return "ascii";
  return env.TERM === "linux" ? "linux" : "unicode";
}

/** DABEI_SIZE=100x30 (columns x rows) stands above everything else. */
export function forcedSize(env: Environment): { columns: number; rows: number } | undefined {
  const match = /^(\d+)x(\d+)$/.exec(env.DABEI_SIZE ?? "");
  return match ? { columns: Number(match[1]), rows: Number(match[2]) } : undefined;
}

/**
 * Makes chalk, which Ink draws with, write its styles whatever stands around it: it ignores NO_COLOR, takes "CI" for
 * "no colour", and without colour drops inverse as well. The cell diff takes out what the terminal shall not have.
 * Has an effect only before chalk is loaded. Answers what undoes it: nix and others look at FORCE_COLOR too.
 */
export function prepareEnvironment(env: Record<string, string | undefined>): () => void {
  const before = { ...env };
  const names = ["FORCE_COLOR", "NO_COLOR", "CI", "CONTINUOUS_INTEGRATION"];
  // Node prints a warning onto the screen when NO_COLOR and FORCE_COLOR are both there.
  for (const name of names) delete env[name];
  env.FORCE_COLOR = "1";
  return () => {
    for (const name of names) {
      if (before[name] === undefined) delete env[name];
      else env[name] = before[name];
    }
  };
}
