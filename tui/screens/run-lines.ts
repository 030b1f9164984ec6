import { type Bytes, formatBytes } from "../base/bytes.ts";
import type { Pace, Status, StepStatus } from "../run/status.ts";
import { formatTime } from "./time.ts";

/** "5 of 13 · 1:42" */
export function placeOf(run: Status, now: number): string {
  const done = run.steps.filter(({ state }) => state === "done" || state === "skipped").length;
  const place = Math.min(run.steps.length, run.current === null ? done : run.current + 1);
  const since = run.startedAt === null ? 0 : (run.endedAt ?? now) - run.startedAt;
  return `${place} of ${run.steps.length} · ${formatTime(since)}`;
}

export const stepMarks: Record<StepStatus["state"], string> = {
  waiting: "",
  running: ">",
  done: "ok",
  skipped: "ok",
  failed: "x",
};

/** How long a step took, or takes; "" where it has not begun. */
export function stepTime(step: StepStatus, now: number): string {
  if (step.state === "skipped") return "skipped";
  if (step.milliseconds !== null) return formatTime(step.milliseconds);
  return step.state === "running" && step.startedAt !== null ? formatTime(now - step.startedAt) : "";
}

/** "1.1 of 1.9 GiB"; null where nothing is known. */
export function amount(part: Bytes | undefined, whole: Bytes | undefined): string | null {
  if (part === undefined) return null;
  if (!whole) return formatBytes(part);
  const [partText, wholeText] = [formatBytes(part), formatBytes(whole)];
  const unit = wholeText.split(" ")[1] ?? "";
  return partText.endsWith(` ${unit}`)
    ? `${partText.split(" ")[0]} of ${wholeText}`
    : `${partText} of ${wholeText}`;
}

/** "11.4 MiB/s · 1:10 left · unpacked 3.4 of 6.2 GiB · 412 of 707 paths" */
export function paceLine(pace: Pace): string {
  const unpacked = pace.downloadTotal ? amount(pace.unpacked, pace.unpackTotal) : null;
  return [
    ...(pace.rate === null ? [] : [`${formatBytes(pace.rate)}/s`]),
    ...(pace.secondsLeft === null ? [] : [`${formatTime(pace.secondsLeft * 1000)} left`]),
    ...(unpacked ? [`unpacked ${unpacked}`] : []),
    ...(pace.pathsTotal ? [`${pace.paths ?? 0} of ${pace.pathsTotal} paths`] : []),
    ...(pace.buildsTotal ? [`${pace.builds ?? 0} of ${pace.buildsTotal} built`] : []),
    ...(pace.buildsRunning ? [`${pace.buildsRunning} at the same time`] : []),
  ].join(" · ");
}

/** "downloaded 1.1 of 1.9 GiB" beside the bar: what the fraction is of. */
export function barAmount(pace: Pace): string {
  return (
    (pace.downloadTotal
      ? amount(pace.downloaded ?? 0, pace.downloadTotal)
      : amount(pace.unpacked, pace.unpackTotal)) ?? ""
  );
}

/** Neighbouring steps of one title as one: "wipe", for each disk. */
export interface StepGroup {
  readonly first: number;
  readonly steps: readonly StepStatus[];
  readonly step: StepStatus;
}

export function groupsOfSteps(steps: readonly StepStatus[]): StepGroup[] {
  const groups: { first: number; steps: StepStatus[] }[] = [];
  for (const [index, step] of steps.entries()) {
    const group = groups.at(-1);
    if (group?.steps[0]?.title === step.title) group.steps.push(step);
    else groups.push({ first: index, steps: [step] });
  }
  return groups.map(({ first, steps }) => ({ first, steps, step: asOne(steps) }));
}

function asOne(steps: readonly StepStatus[]): StepStatus {
  const [first] = steps;
  const pick = (state: StepStatus["state"]) => steps.find((step) => step.state === state);
  const isOver = steps.every(({ state }) => state === "done" || state === "skipped");
  const times = steps.map(({ milliseconds }) => milliseconds ?? 0);
  // Between two of them the group still runs.
  const shown = pick("failed") ?? pick("running") ?? (isOver ? pick("done") : pick("waiting")) ?? first!;
  if (!isOver) return shown;
  return pick("done") ? { ...shown, milliseconds: times.reduce((sum, each) => sum + each, 0) } : shown;
}
