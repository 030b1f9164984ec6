import type { NixProgress } from "../flake/progress.ts";

/**
 * What happens during an installation, in order: one JSON object a line in /run/dabei/journal.jsonl.
 * `at` is milliseconds since 1970. Screens, `dabei events`, the serial log and a webhook all read these.
 */
export type RunEvent = { readonly at: number } & (
  | {
      readonly event: "run-started";
      readonly hostname: string;
      readonly summary: string;
      readonly steps: readonly string[];
      readonly pid: number;
      /** SHA-256 of plan.json. A second run-started with the same plan is a retry: what was finished is skipped. */
      readonly plan: string;
    }
  | { readonly event: "step-started"; readonly index: number }
  | { readonly event: "step-skipped"; readonly index: number; readonly reason: string }
  | { readonly event: "command"; readonly index: number; readonly command: string }
  | { readonly event: "output"; readonly index: number; readonly line: string }
  | ({ readonly event: "progress"; readonly index: number } & Progress)
  | { readonly event: "step-finished"; readonly index: number; readonly milliseconds: number }
  | {
      readonly event: "step-failed";
      readonly index: number;
      readonly milliseconds: number;
      readonly failure: Failure;
    }
  | { readonly event: "run-finished"; readonly milliseconds: number; readonly result: RunResult }
  | {
      readonly event: "run-failed";
      readonly index: number;
      readonly milliseconds: number;
      readonly cancelled: boolean;
    }
);

/** Counters of a long step; absent where nothing is known. Sent at most twice a second. */
export interface Progress extends Omit<NixProgress, "phase"> {
  readonly phase: NixProgress["phase"] | "other";
}

export interface Failure {
  /** One sentence, with the way out. */
  readonly sentence: string;
  /** What to type to repeat it; null where it was no program. */
  readonly command: string | null;
  /** The end of the program's output. */
  readonly output: string;
  readonly log: string;
}

export interface RunResult {
  readonly pool: string;
  readonly poolState: string;
  readonly generation: string;
  readonly hostKeys: readonly string[];
  /** Whether the installed kernel is kept in RAM, to be started without the firmware. */
  readonly canKexec?: boolean;
}
