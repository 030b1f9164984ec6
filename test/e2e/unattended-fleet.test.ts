import { describe, expect, onTestFinished, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { startFleet } from "./fleet.ts";
import { bootFromDisks, isFull, withInstaller } from "./harness.ts";
import { waitForEnd } from "./unattended.ts";

const blank = { size: 6 * GiB };

const answers = `version: 1
disks:
  - count: 1
    serial: DABEI*
flake:
  host: demo
system:
  hostname: worker-\${serial}
onSuccess: stop
`;

// Minutes each: left to --full.
describe.runIf(isFull)("a fleet", () => {
  test("four machines from one file, each under its own name", async () => {
    const fleet = await startFleet();
    onTestFinished(fleet.close);
    fleet.files.set("/fleet.yaml", answers);
    const names: unknown[] = [];
    for (const serial of ["A1", "B2", "C3", "D4"]) {
      const options = {
        ...{ name: `unattended-fleet-${serial}`, memory: 1024 * MiB, disks: [blank] },
        append: `dabei.answers=${fleet.http}/fleet.yaml dabei.answers.insecure`,
        extra: ["-smbios", `type=1,serial=${serial}`],
      };
      // The machine may start anew after a fault of the emulator: its name is taken once.
      const name = await withInstaller(options, async (vm) => {
        const { hostname } = await vm.events.waitFor("planned", { timeout: 900_000 });
        // The last one goes the whole way.
        if (serial === "D4") expect(await waitForEnd(vm)).toMatchObject({ result: "installed" });
        return hostname;
      });
      names.push(name);
    }
    expect(names).toEqual(["worker-a1", "worker-b2", "worker-c3", "worker-d4"]);
    await bootFromDisks({ name: "unattended-fleet-D4", disks: [blank] }, async (vm) => {
      await vm.serial.waitForLog(/fixture system up: .*host worker-d4 /);
    });
  });
});
