import { expect, test } from "vitest";
import { MiB } from "../../tui/base/bytes.ts";
import { chooseHost, chooseOffer, markDisks } from "./guide.ts";
import { firstScreen, withInstaller } from "./harness.ts";

/** Each broken flake of the fixture, and the sentence its user reads; "host" is said when the host has been chosen. */
const sentences: readonly [flake: string, at: "flake" | "host", sentence: RegExp][] = [
  ["syntax-error", "flake", /The flake has a syntax error at flake\.nix:\d+:\d+/],
  ["no-configurations", "flake", /has no nixosConfigurations: there is no NixOS host in it to install/],
  ["unreachable-input", "flake", /The flake's input \S+ .*cannot be fetched/],
  ["wrong-architecture", "host", /demo is made for aarch64-linux, this machine is x86_64-linux/],
  ["failing-assertion", "host", /The host's own checks fail: /],
  ["no-host-id", "host", /ZFS requires networking\.hostId to be set|evaluates to host id none/],
];

test("each broken flake is told in a sentence, and an arrow key costs few bytes", async () => {
  await withInstaller({ name: "flakes", memory: 1024 * MiB, disks: [{}, {}] }, async (vm, demo) => {
    const { serial } = vm;
    await serial.waitFor(firstScreen);
    serial.press("enter");
    await markDisks(vm, ["DABEI0001"]);

    await serial.waitForQuiet();
    const before = serial.bytesReceived;
    serial.press("up");
    await serial.waitFor(/^ *> *\[.\].*DABEI0001|^ *> *\[.\].*DABEI0002/m);
    serial.press("down");
    await serial.waitForQuiet();
    expect((serial.bytesReceived - before) / 2).toBeLessThanOrEqual(120);

    serial.press("enter");
    await serial.waitFor("Redundancy");
    serial.press("n");
    await chooseOffer(vm);
    await serial.waitFor("Hosts", { timeout: 900_000 });

    for (const [flake, at, sentence] of sentences) {
      if (/^ *Hosts /m.test(serial.screen())) serial.press("e");
      await serial.waitFor("look");
      serial.press("ctrl-u");
      serial.type(demo!.flake.replace(/[^/]*$/, `broken/${flake}.tar.gz`));
      serial.press("enter");
      if (at === "host") {
        await serial.waitFor((screen) => /Hosts/.test(screen) && screen.includes(`${flake}.tar.gz`), {
          timeout: 900_000,
        });
        await chooseHost(vm, "demo");
      }
      await serial.waitFor((screen) => sentence.test(screen.replace(/\s+/g, " ")), { timeout: 900_000 });
      // Nothing of nix's stacks and store paths is on the screen, and they are a key away.
      expect(serial.screen()).not.toMatch(/… while|\/nix\/store/);
    }
  });
});
