import { formatBytes } from "../base/bytes.ts";
import type { RunEvent } from "../run/events.ts";
import { advance, idle, type Pace, type Status } from "../run/status.ts";

/**
 * An installation as lines for a log: one a step when it has ended, with its time; a running one every ten seconds, or
 * every tenth of what it does. No escape codes: what reads this may be a file, or a serial line that nobody watches.
 */
export interface Telling {
  readonly status: Status;
  /** When the last line was written, milliseconds since 1970. */
  readonly toldAt: number;
  /** The part of the running step that was told last. */
  readonly toldFraction: number;
}

export const nothingTold: Telling = { status: idle, toldAt: 0, toldFraction: 0 };

const quietMilliseconds = 10_000;

/** What an event adds. */
export function tell(before: Telling, event: RunEvent): { telling: Telling; lines: string[] } {
  const status = advance(before.status, event);
  const telling = { ...before, status };
  const said = (lines: string[]) => ({ telling: { ...telling, toldAt: event.at }, lines });
  switch (event.event) {
    case "run-started":
      return said([`installing ${event.summary}`]);
    case "step-started":
      // Its first line comes when it takes long.
      return { telling: { ...telling, toldAt: event.at, toldFraction: 0 }, lines: [] };
    case "step-skipped":
      return said([`${numbered(status, event.index)}: ${event.reason}`]);
    case "step-finished":
      return said([`${numbered(status, event.index)}: done in ${seconds(event.milliseconds)}`]);
    case "step-failed":
      return said([
        `${numbered(status, event.index)}: failed after ${seconds(event.milliseconds)}`,
        event.failure.sentence,
        ...(event.failure.command ? [`  $ ${event.failure.command}`] : []),
        ...event.failure.output
          .split("\n")
          .slice(-12)
          .filter(Boolean)
          .map((line) => `  ${line}`),
        `log: ${event.failure.log}`,
      ]);
    case "run-failed":
      return said([event.cancelled ? "the installation was stopped" : "the installation failed"]);
    case "run-finished": {
      const { pool, poolState, generation, hostKeys } = event.result;
      return said([
        `installed ${status.hostname} in ${seconds(event.milliseconds)}: pool ${pool} ${poolState}, generation ${generation}`,
        ...hostKeys.map((key) => `host key ${key}`),
      ]);
    }
    case "progress": {
      const fraction = status.progress?.fraction ?? 0;
      return fraction - telling.toldFraction >= 0.1
        ? withRunning(telling, event.at)
        : tick(telling, event.at);
    }
    case "command":
    case "output":
      return tick(telling, event.at);
    default:
      return event satisfies never;
  }
}

/** What the time adds: a step that says nothing by itself is told of all the same. */
export function tick(telling: Telling, now: number): { telling: Telling; lines: string[] } {
  const isDue = telling.status.state === "running" && now - telling.toldAt >= quietMilliseconds;
  return isDue ? withRunning(telling, now) : { telling, lines: [] };
}

function withRunning(telling: Telling, now: number): { telling: Telling; lines: string[] } {
  const { current, progress, steps } = telling.status;
  if (current === null) return { telling, lines: [] };
  const since = now - (steps[current]?.startedAt ?? now);
  const parts = [...(progress ? paceWords(progress) : []), `${seconds(since)} so far`];
  return {
    telling: { ...telling, toldAt: now, toldFraction: progress?.fraction ?? 0 },
    lines: [`${numbered(telling.status, current)}: ${parts.join(", ")}`],
  };
}

function paceWords({
  fraction,
  downloaded,
  downloadTotal,
  unpacked,
  unpackTotal,
  rate,
  secondsLeft,
}: Pace): string[] {
  const [done, total] = downloadTotal ? [downloaded, downloadTotal] : [unpacked, unpackTotal];
  return [
    ...(fraction === null ? [] : [`${Math.floor(fraction * 100)} %`]),
    ...(total ? [`${formatBytes(done ?? 0)} of ${formatBytes(total)}`] : []),
    ...(rate ? [`${formatBytes(Math.round(rate))}/s`] : []),
    ...(secondsLeft ? [`${secondsLeft} s left`] : []),
  ];
}

/** " 3/18 partition /dev/vda". */
function numbered({ steps }: Status, index: number): string {
  const total = String(steps.length);
  return `${String(index + 1).padStart(total.length)}/${total} ${steps[index]?.title ?? ""}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
