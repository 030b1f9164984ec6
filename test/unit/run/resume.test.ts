import { writeFileSync } from "node:fs";
import { mkdtemp, rename, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Plan, Step } from "../../../tui/plan/step.ts";
import type { RunEvent } from "../../../tui/run/events.ts";
import { followFile } from "../../../tui/run/journal.ts";
import { isSwapOn, mountsBelow } from "../../../tui/run/live.ts";
import { lockHolder, takeLock } from "../../../tui/run/lock.ts";
import { pastOf } from "../../../tui/run/past.ts";
import { alreadyDone, type StepContext } from "../../../tui/run/resume.ts";
import { stateFiles } from "../../../tui/run/state.ts";
import { stubExec } from "../flake/stub-exec.ts";

const started = (plan: string): RunEvent => ({
  at: 0,
  event: "run-started",
  hostname: "",
  summary: "",
  steps: [],
  pid: 1,
  plan,
});
const begun = (index: number): RunEvent => ({ at: 0, event: "step-started", index });
const finished = (index: number): RunEvent => ({ at: 0, event: "step-finished", index, milliseconds: 0 });

describe("what a run before this one did", () => {
  test.each<[string, RunEvent[], number, object]>([
    ["nothing", [], 0, { begun: false, finished: false, passed: false }],
    [
      "finished, and gone on",
      [started("a"), begun(0), finished(0), begun(1)],
      0,
      { finished: true, passed: true },
    ],
    [
      "in the middle of it",
      [started("a"), begun(0), finished(0), begun(1)],
      1,
      { begun: true, finished: false },
    ],
    [
      "two runs of it",
      [started("a"), begun(0), finished(0), started("a"), begun(1), finished(1)],
      0,
      { finished: true },
    ],
    [
      "another plan",
      [started("b"), begun(0), finished(0), started("a")],
      0,
      { begun: false, finished: false },
    ],
  ])("%s", (_name, events, index, past) => {
    expect(pastOf(events, "a").of(index)).toMatchObject(past);
  });
});

describe("alreadyDone", () => {
  const done = { begun: true, finished: true, passed: true };
  const half = { begun: true, finished: false, passed: false };
  const fresh = { begun: false, finished: false, passed: false };
  const pool: Step = {
    do: "create-pool",
    pool: "rpool",
    vdevs: [],
    poolProperties: {},
    rootProperties: {},
    encryption: "none",
    directory: "/dev/disk/by-partuuid",
  };
  const imported = { command: "zpool list", stdout: "ONLINE\n" };
  const gone = { command: "zpool list", exitCode: 1, stderr: "cannot open 'rpool': no such pool" };
  test.each<[string, Step, typeof done, Parameters<typeof stubExec>[0], string | null]>([
    ["disks are looked at before the first write", { do: "check-disks", disks: [] }, half, [], null],
    ["and not after it", { do: "check-disks", disks: [] }, done, [], "the disks carry this installation"],
    ["what stays on the disk", { do: "install-system", root: "/mnt" }, done, [], "done before"],
    ["half done", { do: "install-system", root: "/mnt" }, half, [], null],
    ["pool made", pool, done, [imported], "done before"],
    ["pool made by an engine that died at once", pool, half, [imported], "done before"],
    ["pool exported since", pool, done, [gone], null],
    ["a pool of that name that is not ours", pool, fresh, [], null],
    [
      "not mounted",
      {
        do: "mount-target",
        root: "/nowhere",
        mounts: [{ source: "a", target: "/nowhere", type: "zfs", options: [] }],
      },
      done,
      [],
      null,
    ],
    [
      "disko's scripts are gone with the memory",
      { do: "build-disko", flake: "path:/run/dabei/disko", host: "web1", substituters: [] },
      done,
      [],
      null,
    ],
    ["swap that is off", { do: "enable-swap", device: "/dev/nowhere", mapper: null }, done, [], null],
    ["records are always renewed", { do: "keep-records", root: "/mnt" }, done, [], null],
  ])("%s", async (_name, step, past, table, reason) => {
    const context: StepContext = {
      files: stateFiles("/nowhere"),
      plan: { version: 1, hostname: "", summary: "", steps: [step] } satisfies Plan,
      signal: new AbortController().signal,
      recorder: undefined as never,
      probe: stubExec(table).exec,
      report: () => {},
    };
    expect(await alreadyDone(step, past, context)).toBe(reason);
  });
});

test("mountsBelow reads mountinfo, with escaped spaces, in the order of mounting", () => {
  const mountinfo = [
    "22 1 0:20 / / rw - tmpfs tmpfs rw",
    "30 22 0:30 / /mnt rw - zfs rpool/local/root rw",
    "31 30 0:31 / /mnt/a\\040b rw - zfs rpool/x rw",
    "32 22 0:32 / /mnt2 rw - tmpfs tmpfs rw",
    "",
  ].join("\n");
  expect(mountsBelow("/mnt", mountinfo)).toEqual(["/mnt", "/mnt/a b"]);
});

test("isSwapOn", () => {
  const swaps = "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition\t1\t0\t100\n";
  expect(isSwapOn("/dev/zram0", swaps)).toBe(true);
  expect(isSwapOn("/dev/zram", swaps)).toBe(false);
});

describe("files of the state directory", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "dabei-state-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test("a lock is held by a living process, and once", () => {
    const file = join(directory, "lock");
    const lock = takeLock(file);
    expect(lockHolder(file)).toBe(process.pid);
    expect(takeLock(file)).toEqual({ holder: process.pid });
    if ("release" in lock) lock.release();
    expect(lockHolder(file)).toBe(null);
  });

  test("a pid that was used again does not hold it", () => {
    const file = join(directory, "lock");
    // Process 1 lives, but did not start at tick 1.
    writeFileSync(file, "1 1\n");
    expect(lockHolder(file)).toBe(null);
    expect(takeLock(file)).toHaveProperty("release");
  });

  test("a follower sees a journal that is made later, replaced and emptied; never half a line", async () => {
    const file = join(directory, "journal");
    const stop = new AbortController();
    const seen: number[] = [];
    const steps = [
      () => writeFileSync(file, `${JSON.stringify(begun(1))}\n`),
      () => writeFileSync(file, JSON.stringify(begun(2)).slice(0, 9), { flag: "a" }),
      () => writeFileSync(file, `${JSON.stringify(begun(2)).slice(9)}\n`, { flag: "a" }),
      async () => {
        writeFileSync(`${file}.new`, `${JSON.stringify(begun(3))}\n`);
        await rename(`${file}.new`, file);
      },
      async () => {
        await truncate(file);
        writeFileSync(file, `${JSON.stringify(begun(4))}\n${JSON.stringify(begun(5))}\n`, { flag: "a" });
      },
    ];
    const acting = (async () => {
      for (const step of steps) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await step();
      }
    })();
    for await (const event of followFile(file, directory, stop.signal)) {
      seen.push("index" in event ? event.index : -1);
      if (seen.at(-1) === 5) stop.abort();
    }
    await acting;
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });
});
