import { describe, expect, test } from "vitest";
import type { Way } from "../../../tui/plan/evaluated.ts";
import { atHosts, demoFacts, host, type } from "./driver.ts";

const disks = [
  { name: "data", device: "/dev/sdb" },
  { name: "main", device: "/dev/sda" },
];
const way: Way = { kind: "disko", disks, pools: ["tank"] };
const withDisko = (more: Way = way) => ({
  ...demoFacts,
  hosts: [host("store", { disks: "disko", way: more })],
});

describe("a host with disko devices", () => {
  test("asks which of the marked disks stands for which of its names", () => {
    const { model } = type(atHosts(withDisko()), "enter");
    expect(model.screen).toMatchObject({ at: "flake", part: "disko", row: 0 });
    expect(model.answers.flake.diskoDisks).toEqual({ data: "/dev/vda", main: "/dev/vdb" });
  });

  test("Space takes the other disk, and the name that had it gets this one", () => {
    const { model, effects } = type(atHosts(withDisko()), "enter", "space", "enter");
    expect(model.answers.flake.diskoDisks).toEqual({ data: "/dev/vdb", main: "/dev/vda" });
    expect(model.screen).toMatchObject({ part: "findings" });
    expect(effects.find((one) => one.do === "check-flake")).toMatchObject({
      choices: { flake: { diskoDisks: { data: "/dev/vdb", main: "/dev/vda" } } },
    });
  });

  test("what was said stays when it is asked again", () => {
    const { model } = type(atHosts(withDisko()), "enter", "space", "escape", "enter");
    expect(model.answers.flake.diskoDisks).toEqual({ data: "/dev/vdb", main: "/dev/vda" });
  });

  test("as many disks must be marked as disko makes", () => {
    const one: Way = { ...way, disks: [{ name: "main", device: "/dev/sda" }] };
    const { model } = type(atHosts(withDisko(one)), "enter");
    expect(model.screen).toMatchObject({ part: "hosts" });
    expect(model.notice).toBe(
      "disko makes 1 disk of store (main), and 2 are marked. Go back to the disks with Esc.",
    );
  });

  test("another host after it forgets the names", () => {
    const facts = { ...demoFacts, hosts: [...withDisko().hosts, host("plain")] };
    const { model } = type(atHosts(facts), "enter", "escape", "down", "enter");
    expect(model.answers.flake.evaluated?.way.kind).toBe("generated");
  });
});
