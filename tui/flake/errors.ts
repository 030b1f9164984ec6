import { UserError } from "../base/errors.ts";
import type { NixFailure } from "./facts.ts";
import { rules } from "./sentences/index.ts";
import type { Rule } from "./sentences/rule.ts";

/** nix could not do what the flake asks for. The message is the sentence; nix's own words are in failure.raw. */
export class FlakeError extends UserError {
  readonly failure: NixFailure;
  constructor(failure: NixFailure) {
    super(failure.sentence);
    this.failure = failure;
  }
}

/**
 * What nix said, in one sentence with the way out; raw is the text without its colours.
 * The last block that begins with "error:" tells the cause, with few exceptions: what follows a failed download or
 * a failed ssh is misleading, so those rules look at the whole text.
 */
export function sentenceOf(stderr: string): NixFailure {
  const raw = plain(stderr).trim();
  const body = lastError(raw);
  for (const rule of rules) {
    const sentence = apply(rule, raw, body);
    if (sentence !== null) return { sentence, raw };
  }
  const words = oneLine(body);
  return {
    sentence: words ? `nix stops with: ${words}` : "nix failed without a word. Look at the log.",
    raw,
  };
}

/** Without colours, hyperlinks, other control sequences and carriage returns. */
export function plain(text: string): string {
  return text.replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\r/g, "");
}

/**
 * The text after the last "error:" that begins a line, with its continuation. An error that only says that another
 * build has failed is passed over.
 */
function lastError(text: string): string {
  const starts = [...text.matchAll(/^[ \t]*error:[ \t]*/gm)];
  const blocks = starts.map((start, at) =>
    text.slice(start.index + start[0].length, starts[at + 1]?.index).trim(),
  );
  const consequence = /^(?:\d+ dependenc(?:y|ies) of derivation .* failed to build|build of .* failed)/;
  return blocks.findLast((block) => block !== "" && !consequence.test(block)) ?? blocks.at(-1) ?? text;
}

function apply({ where, pattern, sentence }: Rule, raw: string, body: string): string | null {
  const match = pattern.exec(where === "anywhere" ? raw : body);
  return match && sentence(match, { raw, body, place: placeIn(body) });
}

/** "configuration.nix:5:3" of the last position that is told, without the store's path; null when none is. */
function placeIn(body: string): string | null {
  const place = [...body.matchAll(/\bat (\S+?:\d+:\d+):?$/gm)].at(-1)?.[1];
  return place?.replace(/^.*\/nix\/store\/[^/]+\//, "") ?? null;
}

function oneLine(text: string): string {
  const words = text.split("\n").find((line) => line.trim() !== "") ?? "";
  const short = words.trim().replace(/\s+/g, " ");
  return short.length > 300 ? `${short.slice(0, 299)}…` : short;
}
