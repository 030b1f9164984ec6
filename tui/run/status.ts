import type { Bytes } from "../base/bytes.ts";
import type { Failure, Progress, RunEvent, RunResult } from "./events.ts";

export type RunState = "idle" | "running" | "finished" | "failed" | "interrupted";

export interface StepStatus {
  readonly title: string;
  readonly state: "waiting" | "running" | "done" | "skipped" | "failed";
  /** When it began, milliseconds since 1970; null before that. */
  readonly startedAt: number | null;
  /** How long it took; null until it ended. */
  readonly milliseconds: number | null;
  /** Why it was skipped. */
  readonly reason: string | null;
}

/** A long step's counters with what can be reckoned from them. */
export interface Pace extends Progress {
  /** Bytes a second over the last seconds, of the download or else of the unpacking. */
  readonly rate: Bytes | null;
  readonly secondsLeft: number | null;
  /** 0 to 1 of what is known to be done; null where nothing is known. */
  readonly fraction: number | null;
}

/** An installation as a screen shows it. Folded from the events alone, so every screen shows the same. */
export interface Status {
  /** "interrupted" comes from readStatus alone: the journal has no end and no engine lives. */
  readonly state: RunState;
  readonly hostname: string;
  readonly summary: string;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly steps: readonly StepStatus[];
  /** Index of the step that runs, or that failed; null before the first and after the last. */
  readonly current: number | null;
  readonly progress: Pace | null;
  /** The last lines of output and commands ("$ zpool create …"), oldest first, 200 at most. */
  readonly lines: readonly string[];
  readonly failure: Failure | null;
  readonly cancelled: boolean;
  readonly result: RunResult | null;
  readonly pid: number | null;
  readonly plan: string | null;
  /** Points of (milliseconds, bytes) that the rate is reckoned from. */
  readonly samples: readonly (readonly [at: number, bytes: Bytes])[];
}

export const idle: Status = {
  state: "idle",
  hostname: "",
  summary: "",
  startedAt: null,
  endedAt: null,
  steps: [],
  current: null,
  progress: null,
  lines: [],
  failure: null,
  cancelled: false,
  result: null,
  pid: null,
  plan: null,
  samples: [],
};

/** The status after one more event. */
export function advance(status: Status, event: RunEvent): Status {
  switch (event.event) {
    case "run-started": {
      const before = status.plan === event.plan ? status.steps : [];
      return {
        ...idle,
        state: "running",
        hostname: event.hostname,
        summary: event.summary,
        startedAt: event.at,
        // A retry keeps the times of what was done before, for the steps that are skipped now.
        steps: event.steps.map((title, index) => ({
          title,
          state: "waiting",
          startedAt: null,
          milliseconds: before[index]?.state === "done" ? before[index].milliseconds : null,
          reason: null,
        })),
        lines: status.plan === event.plan ? status.lines : [],
        pid: event.pid,
        plan: event.plan,
      };
    }
    case "step-started":
      return {
        ...withStep(status, event.index, { state: "running", startedAt: event.at, milliseconds: null }),
        current: event.index,
        progress: null,
        samples: [],
      };
    case "step-skipped": {
      const known = status.steps[event.index]?.milliseconds ?? null;
      const state = known === null ? "skipped" : "done";
      return withStep(status, event.index, { state, reason: event.reason });
    }
    case "command":
      return withLine(status, `$ ${event.command}`);
    case "output":
      return withLine(status, event.line);
    case "progress": {
      const { at, event: _, index: __, ...progress } = event;
      const bytes = progress.downloadTotal ? progress.downloaded : progress.unpacked;
      const samples = bytes === undefined ? status.samples : recent([...status.samples, [at, bytes]]);
      return { ...status, samples, progress: paceOf(progress, samples) };
    }
    case "step-finished":
      return {
        ...withStep(status, event.index, { state: "done", milliseconds: event.milliseconds }),
        progress: null,
        samples: [],
      };
    case "step-failed":
      return {
        ...withStep(status, event.index, { state: "failed", milliseconds: event.milliseconds }),
        failure: event.failure,
      };
    case "run-finished":
      return { ...status, state: "finished", endedAt: event.at, current: null, result: event.result };
    case "run-failed":
      return {
        ...withStep(status, event.index, { state: "failed" }),
        state: "failed",
        endedAt: event.at,
        current: event.index,
        cancelled: event.cancelled,
      };
    default:
      return event satisfies never;
  }
}

/** The status that a whole journal amounts to. */
export function statusOf(events: Iterable<RunEvent>): Status {
  let status = idle;
  for (const event of events) status = advance(status, event);
  return status;
}

function withStep(status: Status, index: number, change: Partial<StepStatus>): Status {
  return { ...status, steps: status.steps.map((step, at) => (at === index ? { ...step, ...change } : step)) };
}

function withLine(status: Status, line: string): Status {
  return { ...status, lines: [...status.lines.slice(-199), line] };
}

type Samples = Status["samples"];

const windowMilliseconds = 15_000;

/** What lies in the window, and the last point before it: a stalled download must show as slow, not as unknown. */
function recent(samples: Samples): Samples {
  const end = samples.at(-1)?.[0] ?? 0;
  const first = samples.findIndex(([at]) => at >= end - windowMilliseconds);
  return samples.slice(Math.max(0, first - 1));
}

function paceOf(progress: Progress, samples: Samples): Pace {
  const first = samples[0];
  const last = samples.at(-1);
  const seconds = first && last ? (last[0] - first[0]) / 1000 : 0;
  // Less than two seconds tell more about buffers than about the line.
  const rate = first && last && seconds >= 2 ? Math.max(0, (last[1] - first[1]) / seconds) : null;
  const [done, total] = progress.downloadTotal
    ? [progress.downloaded ?? 0, progress.downloadTotal]
    : [progress.unpacked ?? 0, progress.unpackTotal ?? 0];
  return {
    ...progress,
    rate,
    secondsLeft: rate && total > done ? Math.ceil((total - done) / rate) : null,
    fraction: total > 0 ? Math.min(1, done / total) : null,
  };
}
