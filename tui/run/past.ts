import type { RunEvent } from "./events.ts";

/** What an earlier run of the same plan did with a step. */
export interface StepPast {
  readonly begun: boolean;
  readonly finished: boolean;
  /** Whether a later step was begun. */
  readonly passed: boolean;
}

export interface Past {
  readonly of: (index: number) => StepPast;
}

/** Reads from a journal what was done of the plan with this digest. Runs of other plans count for nothing. */
export function pastOf(events: readonly RunEvent[], plan: string): Past {
  const begun = new Set<number>();
  const finished = new Set<number>();
  let same = false;
  for (const event of events) {
    if (event.event === "run-started") same = event.plan === plan;
    if (!same) continue;
    if (event.event === "step-started") begun.add(event.index);
    if (event.event === "step-finished") finished.add(event.index);
  }
  return {
    of: (index) => ({
      begun: begun.has(index),
      finished: finished.has(index),
      passed: [...begun].some((other) => other > index),
    }),
  };
}
