import { expect, test } from "vitest";
import type { Told } from "../../../tui/unattended/notice.ts";
import { detailsOf } from "../../../tui/unattended/report.ts";
import { recorded } from "../plan/example.ts";

const machine = recorded("qemu-two-disks");
const run: Told[] = [
  { at: 1, event: "answers-read", source: "dabei.answers", others: [] },
  { at: 2, event: "planned", hostname: "web1", summary: "web1, mirror", disks: [machine.disks[0]!.path] },
  {
    ...{ at: 3, event: "run-started", hostname: "web1", summary: "web1, mirror", pid: 7, plan: "a" },
    steps: ["wipe", "build system"],
  },
  { at: 4, event: "step-started", index: 0 },
  { at: 5, event: "step-finished", index: 0, milliseconds: 1 },
  { at: 6, event: "step-started", index: 1 },
  { at: 7, event: "output", index: 1, line: "building" },
];
const failure = { sentence: "It failed.", command: "nix build", output: "building", log: "/run/dabei/log" };
const ended = { at: 10, event: "ended", sentence: null, issues: [] } as const;

const reportsOf = (events: readonly Told[]) =>
  events.flatMap((event, index) => detailsOf(event, events.slice(0, index + 1), machine) ?? []);

test("start with the disks that are taken, then each step", () => {
  const [start, step, ...rest] = reportsOf(run);
  const { path, model, serial, wwn, size } = machine.disks[0]!;
  expect(start).toEqual({
    ...{ event: "start", at: 3, hostname: "web1", summary: "web1, mirror", steps: ["wipe", "build system"] },
    disks: [{ path, model, serial, wwn, size }],
  });
  expect(step).toEqual({
    ...{ event: "step", at: 5, index: 0, steps: 2, title: "wipe", state: "finished", milliseconds: 1 },
  });
  expect(rest).toEqual([]);
});

test("the end of a success has the new host keys", () => {
  const result = { pool: "rpool", poolState: "ONLINE", generation: "1", hostKeys: ["ED25519 SHA256:x"] };
  const end = reportsOf([
    ...run,
    { at: 9, event: "run-finished", milliseconds: 6, result },
    { ...ended, result: "installed", exitCode: 0 },
  ]).at(-1);
  expect(end).toMatchObject({
    ...{ event: "end", result: "installed", hostname: "web1", hostKeys: ["ED25519 SHA256:x"] },
    ...{ pool: { name: "rpool", state: "ONLINE" }, generation: "1", failure: null, log: [] },
  });
});

test("the end of a failure has the sentence and the end of the log", () => {
  const end = reportsOf([
    ...run,
    { at: 8, event: "step-failed", index: 1, milliseconds: 2, failure },
    { at: 9, event: "run-failed", index: 1, milliseconds: 6, cancelled: false },
    { ...ended, result: "failed", exitCode: 1 },
  ]).at(-1);
  expect(end).toMatchObject({ event: "end", result: "failed", failure: "It failed.", log: ["building"] });
});

test("wrong answers are told with all their issues, before there is a plan", () => {
  const issues = [{ where: "disks[0]", message: "It matches none.", severity: "error" as const }];
  const refused: Told = { ...ended, result: "refused", exitCode: 2, sentence: "It matches none.", issues };
  expect(reportsOf([refused])).toMatchObject([
    { event: "end", result: "refused", failure: "It matches none.", issues, hostKeys: [] },
  ]);
});
