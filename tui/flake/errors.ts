import { UserError } from "../base/errors.ts";
import type { NixFailure } from "./facts.ts";

/** nix could not do what the flake asks for. The message is the sentence; nix's own words are in failure.raw. */
export class FlakeError extends UserError {
  readonly failure: NixFailure;
  constructor(failure: NixFailure) {
    super(failure.sentence);
    this.failure = failure;
  }
}

/** What nix said, in one sentence with the way out. */
export function sentenceOf(stderr: string): NixFailure {
  return { sentence: `nix failed: ${stderr.trim().split("\n").at(-1) ?? ""}`, raw: stderr };
}
