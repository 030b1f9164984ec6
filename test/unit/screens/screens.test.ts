import { describe, expect, test } from "vitest";
import { atDisks, begun, happened, machineNames, probed, recorded, type } from "../app/driver.ts";
import { shown } from "./show.ts";
import { views } from "./views.ts";

describe.each(Object.entries(views))("%s", (_, model) => {
  test("fits 80x24, in ASCII too, and loses no word without colour", async () => {
    const [unicode, ascii, plain] = await Promise.all([
      shown(model),
      shown(model, { ascii: true }),
      shown(model, { noColor: true }),
    ]);
    for (const lines of [unicode, ascii]) {
      expect(lines).toHaveLength(24);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      // The last line has the keys: nothing has pushed it out.
      expect(lines[23]).not.toBe("");
    }
    expect(ascii.join("\n")).toMatch(/^[\x20-\x7e\n]*$/);
    expect(ascii.join("\n")).not.toContain("?".repeat(2));
    expect(plain).toEqual(unicode);
  });
});

test("spares have a mark of their own, are counted, and are told among the partitions", async () => {
  const disks = await shown(views["disks, two spares"]);
  expect(disks.filter((line) => line.includes("[x]")).length).toBeGreaterThan(0);
  expect(disks.filter((line) => /\[s\] +sd[kl]/.test(line))).toHaveLength(2);
  expect(disks.join("\n")).toContain("12 disks, 2 of them spare [s], ");
  const { spares } = views["layout, two spares"].answers.layout;
  expect(spares).toBe(2);
});

describe("recorded machines", () => {
  test.each(machineNames)("%s: every screen on the way is drawn", async (name) => {
    const machine = recorded(name);
    const disks = atDisks(machine);
    const marks = machine.disks.flatMap(() => ["space", "down"]);
    const layout = type(disks, ...marks, "enter");
    const steps = [happened(begun, probed(machine)), disks, layout, type(layout, "enter"), type(layout, "n")];
    for (const { model } of steps) {
      const lines = await shown(model);
      expect(lines).toHaveLength(24);
      expect(lines[0]).toContain("nix-dabei");
      expect(lines[23]).not.toBe("");
    }
  });
});
test.each([{}, { ascii: true }])(
  "an address that is too long for its row loses its middle, not where it comes from (%o)",
  async (options) => {
    const flake = `git+ssh://git@forge.example.org/${"a-group/".repeat(8)}infra#web1`;
    const given = { flake, substituter: null, hostname: null, authorizedKeys: [] };
    const { model } = type(
      happened(begun, { is: "boot-parameters-read", given }, probed(recorded("qemu-two-disks")), {
        is: "menu-item-chosen",
        item: "install",
      }),
      ...["space", "enter", "n"],
    );
    expect((await shown(model, options)).join("\n")).toMatch(
      /^ +> git\+ssh:\/\/git@forge\.example[…~]\S*infra#web1 {2}given at boot$/m,
    );
  },
);
