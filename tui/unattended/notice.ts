import type { Issue } from "../base/errors.ts";
import type { RunEvent } from "../run/events.ts";

/** How an unattended installation ended, and the exit code it stands for. */
export type Result = "installed" | "already-installed" | "failed" | "refused" | "stopped" | "handed-over";

export const exitCodes: Readonly<Record<Result, number>> = {
  installed: 0,
  "already-installed": 0,
  failed: 1,
  refused: 2,
  stopped: 130,
  "handed-over": 0,
};

/** What is told beside the events of the journal. `at` is milliseconds since 1970. */
export type Notice = { readonly at: number } & (
  | { readonly event: "answers-read"; readonly source: string; readonly others: readonly string[] }
  | {
      readonly event: "planned";
      readonly hostname: string;
      readonly summary: string;
      readonly disks: readonly string[];
    }
  | {
      readonly event: "ended";
      readonly result: Result;
      readonly exitCode: number;
      /** Why, when it is not installed. */
      readonly sentence: string | null;
      readonly issues: readonly Issue[];
    }
);

export type Told = RunEvent | Notice;
