import { expect, test } from "vitest";
import { MiB } from "../../../tui/base/bytes.ts";
import type { RunEvent } from "../../../tui/run/events.ts";
import { nothingTold, type Telling, tell, tick } from "../../../tui/unattended/lines.ts";

const started: RunEvent = {
  at: 1000,
  event: "run-started",
  hostname: "web1",
  summary: "web1 from github:example/infra, mirror of 2 disks",
  steps: ["wipe /dev/vda", "build system"],
  pid: 7,
  plan: "a",
};

function linesOf(events: readonly RunEvent[]): { lines: string[]; telling: Telling } {
  let telling = nothingTold;
  const lines = events.flatMap((event) => {
    const told = tell(telling, event);
    telling = told.telling;
    return told.lines;
  });
  return { lines, telling };
}

test("one line a step, with its time, and the end with what a person compares", () => {
  const { lines } = linesOf([
    started,
    { at: 1000, event: "step-started", index: 0 },
    { at: 1100, event: "command", index: 0, command: "wipefs -a /dev/vda" },
    { at: 1430, event: "step-finished", index: 0, milliseconds: 430 },
    { at: 1430, event: "step-skipped", index: 1, reason: "done before" },
    {
      at: 62_430,
      event: "run-finished",
      milliseconds: 61_430,
      result: { pool: "rpool", poolState: "ONLINE", generation: "1", hostKeys: ["ED25519 SHA256:abc"] },
    },
  ]);
  expect(lines).toEqual([
    "installing web1 from github:example/infra, mirror of 2 disks",
    "1/2 wipe /dev/vda: done in 0.4 s",
    "2/2 build system: done before",
    "installed web1 in 61.4 s: pool rpool ONLINE, generation 1",
    "host key ED25519 SHA256:abc",
  ]);
});

test("a long step: every tenth, or every ten seconds, whatever it says", () => {
  const progress = (at: number, downloaded: number): RunEvent => ({
    ...{ at, event: "progress", index: 1, phase: "downloading", text: "" },
    ...{ downloaded: downloaded * MiB, downloadTotal: 100 * MiB },
  });
  const { lines, telling } = linesOf([
    started,
    { at: 2000, event: "step-started", index: 1 },
    progress(2500, 1),
    progress(3000, 9),
    progress(5000, 10),
    progress(5500, 15),
    progress(14_900, 16),
    progress(15_100, 17),
    { at: 16_000, event: "output", index: 1, line: "building" },
  ]);
  expect(lines.slice(1)).toEqual([
    "2/2 build system: 10 %, 10.0 MiB of 100.0 MiB, 3.6 MiB/s, 25 s left, 3.0 s so far",
    expect.stringMatching(/^2\/2 build system: 17 %, 17.0 MiB of 100.0 MiB, .*13\.1 s so far$/),
  ]);
  expect(tick(telling, 24_000).lines).toEqual([]);
  expect(tick(telling, 25_200).lines).toHaveLength(1);
});

test("a failure: the sentence, the command to copy, the end of the output, the log", () => {
  const failure = {
    sentence: "build system failed: no such host.",
    command: "nix build path:/mnt/etc/nixos",
    output: Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n"),
    log: "/run/dabei/log",
  };
  const { lines } = linesOf([
    started,
    { at: 1000, event: "step-started", index: 1 },
    { at: 2000, event: "step-failed", index: 1, milliseconds: 1000, failure },
    { at: 2000, event: "run-failed", index: 1, milliseconds: 1000, cancelled: false },
  ]);
  expect(lines.slice(1, 4)).toEqual([
    "2/2 build system: failed after 1.0 s",
    "build system failed: no such host.",
    "  $ nix build path:/mnt/etc/nixos",
  ]);
  expect(lines).toContain("  line 29");
  expect(lines).not.toContain("  line 17");
  expect(lines.slice(-2)).toEqual(["log: /run/dabei/log", "the installation failed"]);
});

test("nothing runs, nothing is told", () => {
  expect(tick(nothingTold, 1e12).lines).toEqual([]);
});
