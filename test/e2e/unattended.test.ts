import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { bootFromDisks, diskOf, withInstaller } from "./harness.ts";
import { credential, waitForEnd } from "./unattended.ts";

const blank = { size: 6 * GiB };

const mirror = `version: 1
disks:
  - count: 2
    serial: DABEI*
layout:
  vdev: mirror
flake:
  host: demo
onSuccess: kexec
`;

test("a mirror by fw_cfg, started by kexec, boots from its disks, and is left alone the next time", async () => {
  const name = "unattended-mirror";
  const options = { name, memory: 1536 * MiB, disks: [blank, blank] };
  const answers = { [credential]: mirror };
  await withInstaller({ ...options, firmwareConfig: answers }, async (vm) => {
    const { result, sentence } = await waitForEnd(vm);
    expect(result, `${sentence}`).toBe("installed");
    const log = vm.serial.sent();
    expect(log).toMatch(/nix-dabei \d\d:\d\d:\d\d +1\/\d+ check disks: done in [\d.]+ s/);
    // From the first line on: what the firmware and the kernel write before it is theirs.
    expect(log.slice(log.indexOf("unattended installation: answers from"))).not.toContain("\x1b");
    expect(vm.events.received.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["answers-read", "planned", "run-started", "step-finished", "run-finished"]),
    );
    // The same machine goes on: QEMU would have ended at a reboot.
    await vm.serial.waitForLog(/fixture system up: .*host demo generation 1/, { from: log.length });
    await vm.serial.waitForLog(/fixture ready/, { from: log.length });
  });
  await bootFromDisks(options, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
  });

  const written = () => Promise.all([1, 2].map(async (number) => (await stat(diskOf(name, number))).mtimeMs));
  const before = await written();
  const again = { ...options, keepsDisks: true, firmwareConfig: answers };
  await withInstaller(again, async (vm) => {
    expect(await waitForEnd(vm)).toMatchObject({ result: "already-installed", exitCode: 0 });
    await vm.serial.waitForLog(/demo is installed on \/dev\/vda, \/dev\/vdb: nothing is written/);
  });
  expect(await written()).toEqual(before);
});
