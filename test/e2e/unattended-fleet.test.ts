import { describe, expect, onTestFinished, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { startFleet } from "./fleet.ts";
import { bootFromDisks, withInstaller } from "./harness.ts";
import { installUnattended, waitForEnd } from "./unattended.ts";

const blank = { size: 6 * GiB };

const fleetAnswers = `version: 1
disks:
  - count: 1
    serial: DABEI*
flake:
  host: demo
system:
  hostname: worker-\${serial}
onSuccess: stop
`;

const staticAnswers = `version: 1
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

// Minutes each: left to --full.
describe.runIf(process.env.DABEI_FULL === "1")("a fleet", () => {
  test("four machines from one file, each under its own name", async () => {
    const fleet = await startFleet();
    onTestFinished(fleet.close);
    fleet.files.set("/fleet.yaml", fleetAnswers);
    const names: unknown[] = [];
    for (const serial of ["A1", "B2", "C3", "D4"]) {
      const options = {
        ...{ name: `unattended-fleet-${serial}`, memory: 1024 * MiB, disks: [blank] },
        append: `dabei.answers=${fleet.http}/fleet.yaml dabei.answers.insecure`,
        extra: ["-smbios", `type=1,serial=${serial}`],
      };
      await withInstaller(options, async (vm) => {
        names.push((await vm.events.waitFor("planned", { timeout: 900_000 })).hostname);
        // The last one goes the whole way.
        if (serial === "D4") expect(await waitForEnd(vm)).toMatchObject({ result: "installed" });
      });
    }
    expect(names).toEqual(["worker-a1", "worker-b2", "worker-c3", "worker-d4"]);
    await bootFromDisks({ name: "unattended-fleet-D4", disks: [blank] }, async (vm) => {
      await vm.serial.waitForLog(/fixture system up: .*host worker-d4 /);
    });
  });

  test("a static network: here while it is installed, and there afterwards", async () => {
    const machine = { name: "unattended-static", memory: 1024 * MiB, disks: [blank] };
    await installUnattended(machine, staticAnswers, async (vm) => {
      await vm.serial.waitForLog(/setting up the network of the answers/);
    });
    await bootFromDisks(machine, async (vm) => {
      await vm.serial.waitForLog(/fixture ready/);
      const from = vm.serial.mark();
      vm.serial.type(`ip addr; ip route; echo "en""d-of-output"\r`);
      await vm.serial.waitForLog(/end-of-output/, { from });
      expect(vm.serial.sent(from)).toMatch(/inet 10\.0\.2\.77\/24/);
      expect(vm.serial.sent(from)).toMatch(/default via 10\.0\.2\.2/);
    });
  });
});
