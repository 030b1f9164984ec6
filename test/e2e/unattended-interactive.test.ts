import { expect, test } from "vitest";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { markDisks } from "./guide.ts";
import { firstScreen, withInstaller } from "./harness.ts";
import { credential } from "./unattended.ts";

const answers = `version: 1
interactive: [disks]
flake:
  host: demo
system:
  hostname: chosen-by-file
`;

test("answers that leave the disks to a person: marked, looked at by nix, reviewed", async () => {
  const blank = { size: 6 * GiB };
  const machine = { name: "unattended-interactive", memory: 1024 * MiB, disks: [blank, blank] };
  await withInstaller({ ...machine, firmwareConfig: { [credential]: answers } }, async (vm) => {
    const { serial } = vm;
    await serial.waitForLog(/to be asked for: disks: the guided installation/);
    await serial.waitFor(firstScreen);
    serial.press("enter");
    await markDisks(vm, ["DABEI0001", "DABEI0002"]);
    // Not before the answers are known.
    for (let isPast = false; !isPast; ) {
      serial.press("enter");
      isPast = await serial.waitFor(/Install.*(Flake|Review)/, { timeout: 5000 }).then(
        () => true,
        () => false,
      );
    }
    // It was not asked for its host. It waits here, as cache.nixos.org cannot be reached: a warning is to be seen.
    await serial.waitFor("Evaluates with this layout", { timeout: 900_000 });
    await serial.waitFor("cache.nixos.org");
    serial.press("enter");
    const review = await serial.waitFor("to begin", { timeout: 300_000 });
    expect(review).toContain("chosen-by-file");
    serial.press("esc");
    await serial.waitFor(/\[x\].*DABEI0001/);
    expect(serial.sent()).not.toContain("Redundancy");
  });
});
