import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../tui/run/events.ts";
import { statusOf } from "../../../tui/run/status.ts";

const started: RunEvent = {
  at: 1000,
  event: "run-started",
  hostname: "web1",
  summary: "web1, mirror",
  steps: ["wipe", "create pool", "install system"],
  pid: 7,
  plan: "a",
};
const failure = { sentence: "It failed.", command: "false", output: "", log: "/run/dabei/log" };
const firstTwo: RunEvent[] = [
  started,
  { at: 1000, event: "step-started", index: 0 },
  { at: 1500, event: "command", index: 0, command: "wipefs /dev/vda" },
  { at: 1600, event: "output", index: 0, line: "erased" },
  { at: 3000, event: "step-finished", index: 0, milliseconds: 2000 },
  { at: 3000, event: "step-started", index: 1 },
];

describe("statusOf", () => {
  test("nothing happened", () => {
    expect(statusOf([])).toMatchObject({ state: "idle", steps: [], current: null });
  });

  test("in the middle", () => {
    const status = statusOf(firstTwo);
    expect(status).toMatchObject({ state: "running", current: 1, startedAt: 1000, hostname: "web1" });
    expect(status.steps).toEqual([
      { title: "wipe", state: "done", startedAt: 1000, milliseconds: 2000, reason: null },
      { title: "create pool", state: "running", startedAt: 3000, milliseconds: null, reason: null },
      { title: "install system", state: "waiting", startedAt: null, milliseconds: null, reason: null },
    ]);
    expect(status.lines).toEqual(["$ wipefs /dev/vda", "erased"]);
  });

  test("failed, then tried again: the times of what was done stay", () => {
    const failed: RunEvent[] = [
      ...firstTwo,
      { at: 4000, event: "step-failed", index: 1, milliseconds: 1000, failure },
      { at: 4000, event: "run-failed", index: 1, milliseconds: 3000, cancelled: false },
    ];
    expect(statusOf(failed)).toMatchObject({ state: "failed", current: 1, failure, cancelled: false });
    const again = statusOf([
      ...failed,
      { ...started, at: 9000, pid: 8 },
      { at: 9001, event: "step-skipped", index: 0, reason: "done before" },
      { at: 9002, event: "step-started", index: 1 },
    ]);
    expect(again).toMatchObject({ state: "running", failure: null, pid: 8, current: 1 });
    expect(again.steps[0]).toMatchObject({ state: "done", milliseconds: 2000, reason: "done before" });
    expect(again.lines).toHaveLength(2);
  });

  test("another plan begins from nothing", () => {
    const other = statusOf([...firstTwo, { ...started, plan: "b" }]);
    expect(other.steps.map(({ state, milliseconds }) => [state, milliseconds])).toEqual([
      ["waiting", null],
      ["waiting", null],
      ["waiting", null],
    ]);
    expect(other.lines).toEqual([]);
  });

  test("stopped, finished", () => {
    const stopped = statusOf([
      ...firstTwo,
      { at: 4000, event: "run-failed", index: 1, milliseconds: 3000, cancelled: true },
    ]);
    expect(stopped).toMatchObject({ state: "failed", cancelled: true, endedAt: 4000 });
    expect(stopped.steps[1]?.state).toBe("failed");
    const result = { pool: "rpool", poolState: "ONLINE", generation: "1", hostKeys: [] };
    const finished = statusOf([started, { at: 9, event: "run-finished", milliseconds: 8, result }]);
    expect(finished).toMatchObject({ state: "finished", current: null, result });
  });

  test("rate, time left and part of a download", () => {
    const at = (seconds: number, downloaded: number): RunEvent => ({
      at: seconds * 1000,
      event: "progress",
      index: 2,
      phase: "downloading",
      text: "",
      downloaded,
      downloadTotal: 1000,
      unpacked: 1,
      unpackTotal: 9,
    });
    expect(statusOf([...firstTwo, at(1, 100)]).progress).toMatchObject({
      rate: null,
      secondsLeft: null,
      fraction: 0.1,
    });
    expect(statusOf([...firstTwo, at(1, 100), at(5, 500)]).progress).toMatchObject({
      rate: 100,
      secondsLeft: 5,
    });
    // Older than the window: the rate of now counts, not that of the beginning.
    const slow = [at(1, 100), at(5, 500), at(30, 500), at(40, 510)];
    expect(statusOf([...firstTwo, ...slow]).progress?.rate).toBeCloseTo(10 / 35, 5);
  });
});
