import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { bootFromDisks } from "./harness.ts";
import { installUnattended } from "./unattended.ts";

const blank = { size: 8 * GiB };

const mirror = `# yaml-language-server: $schema=../../docs/answers.schema.json
version: 1
disks:
  - count: 2
    serial: DABEI*
layout:
  vdev: mirror
flake:
  host: demo
`;

test("a mirror by an answer file from fw_cfg: plain lines on the serial line, events on the port, boots", async () => {
  const options = { name: "unattended-mirror", memory: 1024 * MiB, disks: [blank, blank] };
  let log = "";
  const events = await installUnattended(options, mirror, async (vm) => {
    await vm.events.waitFor("run-finished", { timeout: 1_800_000 });
    await vm.serial.waitForLog(/host key|installed demo/);
    log = vm.serial.sent();
  });
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining([
      "answers-read",
      "planned",
      "run-started",
      "step-finished",
      "run-finished",
      "ended",
    ]),
  );
  expect(log).toMatch(/nix-dabei \d\d:\d\d:\d\d +1\/\d+ .*: done in [\d.]+ s/);
  // From the first line on: what the firmware and the kernel write before it is theirs.
  expect(log.slice(log.indexOf("unattended installation: answers from"))).not.toContain("\x1b");
  await bootFromDisks(options, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
  });
});
