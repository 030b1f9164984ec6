import { FlakeError } from "../errors.ts";
import type { Finding } from "../facts.ts";

export const ok = (sentence: string): Finding => ({ level: "ok", sentence });
export const warning = (sentence: string): Finding => ({ level: "warning", sentence });
export const error = (sentence: string): Finding => ({ level: "error", sentence });

/** What nix could not do, as a finding. Anything else is thrown on. */
export function failed(problem: unknown): Finding {
  if (!(problem instanceof FlakeError)) throw problem;
  return { level: "error", ...problem.failure };
}
