import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { bootFromDisks } from "./harness.ts";
import { ask } from "./installed.ts";
import { installUnattended } from "./unattended.ts";

const answers = `version: 1
disks:
  - count: 1
    serial: DABEI*
flake:
  host: demo
network:
  interfaces:
    - name: lan
      mac: "52:54:00:12:34:56"
      addresses: [10.0.2.77/24]
      gateways: [10.0.2.2]
onSuccess: stop
`;

test("a static network: here while it is installed, and there afterwards", async () => {
  const machine = { name: "unattended-network", memory: 1024 * MiB, disks: [{ size: 6 * GiB }] };
  await installUnattended(machine, answers, async (vm) => {
    await vm.serial.waitForLog(/setting up the network of the answers/);
  });
  await bootFromDisks(machine, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
    const told = await ask(vm, "ip -4 addr; ip route");
    expect(told).toMatch(/inet 10\.0\.2\.77\/24/);
    expect(told).not.toMatch(/inet 10\.0\.2\.15/);
    expect(told).toMatch(/default via 10\.0\.2\.2/);
  });
});
