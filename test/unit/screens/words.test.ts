import { expect, test } from "vitest";
import { disksLine, networkLines, sshAddress, sshLines } from "../../../tui/screens/machine-lines.ts";
import { amount, groupsOfSteps, placeOf } from "../../../tui/screens/run-lines.ts";
import { formatTime } from "../../../tui/screens/time.ts";
import { recorded } from "../app/driver.ts";
import { failed, running } from "./runs.ts";

test.each([
  [0, "0:00"],
  [102_400, "1:42"],
  [3_661_000, "1:01:01"],
])("%i milliseconds are %s", (milliseconds, text) => {
  expect(formatTime(milliseconds)).toBe(text);
});

const MiB = 1024 ** 2;
test.each([
  [1.1 * 1024 * MiB, 1.9 * 1024 * MiB, "1.1 of 1.9 GiB"],
  [512 * MiB, 1024 * MiB, "512.0 MiB of 1.0 GiB"],
  [512 * MiB, undefined, "512.0 MiB"],
  [undefined, 1, null],
])("%o of %o is %s", (part, whole, text) => {
  expect(amount(part, whole)).toBe(text);
});

test("steps of one title stand together", () => {
  const groups = groupsOfSteps(running.steps);
  expect(groups.slice(0, 3).map(({ step, steps }) => [step.title, steps.length, step.state])).toEqual([
    ["check disks", 1, "done"],
    ["wipe", 2, "done"],
    ["partition", 2, "done"],
  ]);
  expect(groups[1]?.step.milliseconds).toBe(5000);
});

test("the place says the step that stopped, and the time until then", () => {
  expect(placeOf(failed, 9_999_999)).toMatch(/^13 of 17 · 0:\d\d$/);
});

test("what the start screen says of a machine", () => {
  const machine = recorded("nvme-server");
  expect(disksLine(machine.disks)).toBe("4 found, 2 free, 1 of ZFS pools (tank), 1 runs this system");
  expect(disksLine([])).toBe("none found");
  expect(networkLines([])).toEqual(["no network interface found"]);
  expect(sshAddress(machine.network)).toBe("203.0.113.7");
  expect(sshLines({ ...machine, network: [] })[0]).toMatch(/^no address yet/);
});
