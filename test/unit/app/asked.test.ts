import { describe, expect, test } from "vitest";
import { readAnswers } from "../../../tui/answers/load.ts";
import { takenUp } from "../../../tui/app/effects-answers.ts";
import type { Model, Section } from "../../../tui/app/model.ts";
import type { Finding, FlakeFacts } from "../../../tui/flake/facts.ts";
import type { Way } from "../../../tui/plan/evaluated.ts";
import {
  asked,
  atReview,
  begun,
  demoFacts,
  happened,
  host,
  type Played,
  probed,
  recorded,
  type,
} from "./driver.ts";

const two = recorded("qemu-two-disks");
const { answers } = atReview().model;
const fine: Finding = { level: "ok", sentence: "Evaluates with this layout (12 s)." };

/** At the start, with answers that leave these sections to a person. */
function begunWith(asks: readonly Section[] | null, change: Partial<Model["answers"]> = {}): Played {
  const { identity: _, ...loaded } = { ...answers, ...change };
  const decided = ["redundancy"] as const;
  const start = happened(begun, probed(two));
  return happened(start, { is: "answers-loaded", answers: loaded, asks, decided, passphrase: null });
}

const install = (played: Played) => happened(played, { is: "menu-item-chosen", item: "install" });
const found = (played: Played, facts: FlakeFacts = demoFacts) =>
  happened(played, { is: "flake-probed", question: played.model.question, facts });
const checked = (played: Played, ...findings: Finding[]) => {
  const preflight = { findings, toplevel: null, lock: null, download: null, unpacked: null };
  return happened(played, { is: "flake-checked", question: played.model.question, preflight });
};
const at = ({ model }: Played) => model.screen.at;
const part = ({ model }: Played) => (model.screen.at === "flake" ? model.screen.part : null);

describe("which screens are shown", () => {
  test.each<[readonly Section[] | null, string[]]>([
    [null, ["disks", "layout", "flake"]],
    [["disks"], ["disks", "flake"]],
    [["layout"], ["layout", "flake"]],
    [["system"], ["layout", "flake"]],
    [
      ["disks", "system"],
      ["disks", "layout", "flake"],
    ],
    [["flake"], ["flake"]],
    // No screen asks for it.
    [["network"], ["flake"]],
  ])("%j: %j", (asks, screens) => {
    let now = install(begunWith(asks));
    const shown = [at(now)];
    for (; at(now) !== "flake" && shown.length < 9; shown.push(at(now)))
      now = type(now, at(now) === "layout" ? "n" : "enter");
    expect(shown).toEqual(screens);
    // The same way back.
    const isNixBusy = now.model.flake.probe.is === "busy";
    let back = type(now, ...(isNixBusy ? ["escape"] : []), "escape");
    const before = [at(back)];
    for (; at(back) !== "start" && before.length < 9; before.push(at(back))) back = type(back, "escape");
    expect(before).toEqual([...screens.slice(0, -1).reverse(), "start"]);
  });

  test("the disks all the same, when none of the file's is here", () => {
    const now = install(begunWith(["flake"], { disks: [] }));
    expect(at(now)).toBe("disks");
    expect(at(type(now, "space", "down", "space", "enter"))).toBe("flake");
  });

  test("the layout all the same, when it does not fit the disks or lacks its passphrase; it stays the file's", () => {
    const raidz = { ...answers.layout, vdev: "raidz2" as const };
    const unfit = type(install(begunWith(["disks"], { layout: raidz })), "enter");
    expect(at(unfit)).toBe("layout");
    expect(unfit.model.answers.layout.vdev).toBe("raidz2");
    const secret = { ...answers.layout, encryption: "native" as const };
    expect(at(type(install(begunWith(["disks"], { layout: secret })), "enter"))).toBe("layout");
  });

  test("a mirror of the file is one after its disks were marked anew, one by one", () => {
    const now = type(install(begunWith(["disks"], { disks: [] })), "space", "down", "space", "enter");
    expect(at(now)).toBe("flake");
    expect(now.model.answers.layout.vdev).toBe("mirror");
  });
});

test("nobody is past the disks before the answers are known", () => {
  const marked = type(install(happened(begun, probed(two), { is: "answers-found" })), "space", "enter");
  expect(at(marked)).toBe("disks");
  expect(marked.model.notice).toMatch(/still being read/);
  expect(at(type(happened(marked, { is: "answers-useless" }), "enter"))).toBe("layout");
  expect(at(type(happened(marked, { is: "effect-failed", sentence: "No." }), "enter"))).toBe("layout");
  const { identity: _, ...loaded } = answers;
  const rest = { asks: ["disks"], decided: [], passphrase: null } as const;
  const known = happened(marked, { is: "answers-loaded", answers: loaded, ...rest });
  expect(known.model.answers.disks).toHaveLength(1);
  expect(at(type(known, "enter"))).toBe("flake");
});

describe("a flake that nobody is asked for", () => {
  const atFlake = type(install(begunWith(["disks"])), "enter");

  test("is probed and checked, and the review comes by itself", () => {
    expect(asked(atFlake)).toContain("probe-flake");
    const probedFlake = found(atFlake);
    expect(part(probedFlake)).toBe("findings");
    expect(probedFlake.effects.find((one) => one.do === "check-flake")).toMatchObject({
      choices: { flake: { host: "demo" } },
    });
    const review = checked(probedFlake, fine);
    expect(at(review)).toBe("review");
    expect(asked(type(review, "enter"))).not.toContain("start-engine");
    expect(asked(type(review, "erase", "enter"))).toContain("start-engine");
    expect(at(type(review, "escape"))).toBe("disks");
    // Nothing has changed: nix is not asked again.
    const again = type(type(review, "escape"), "enter");
    expect(at(again)).toBe("review");
    expect(asked(again).filter((one) => one === "check-flake")).toHaveLength(1);
  });

  test.each(["warning", "error"] as const)("waits at a finding that is a %s", (level) => {
    const waits = checked(found(atFlake), fine, { level, sentence: "GRUB takes its place." });
    expect(part(waits)).toBe("findings");
    expect(at(type(waits, "enter"))).toBe(level === "warning" ? "review" : "flake");
  });

  test("waits when its host is not there, or is made for another machine", () => {
    const gone = found(atFlake, { ...demoFacts, hosts: [host("web2")] });
    expect(part(gone)).toBe("hosts");
    expect(asked(gone)).not.toContain("check-flake");
    const foreign = found(atFlake, { ...demoFacts, hosts: [host("demo", { system: "aarch64-linux" })] });
    expect(part(foreign)).toBe("hosts");
  });

  test("waits for the word on a cache, and goes on with it", () => {
    const asksFor = [{ url: "https://cache.example.org", publicKey: "cache.example.org-1:abc=" }];
    const doubt = found(atFlake, { ...demoFacts, asksFor });
    expect(part(doubt)).toBe("hosts");
    expect(part(type(doubt, "n"))).toBe("findings");
  });

  test("waits where disko's disks were not told, and goes on where they were", () => {
    const names = [
      { name: "data", device: "/dev/sdb" },
      { name: "main", device: "/dev/sda" },
    ];
    const disko: Way = { kind: "disko", disks: names, pools: ["tank"] };
    const facts = { ...demoFacts, hosts: [host("demo", { disks: "disko", way: disko })] };
    expect(part(found(atFlake, facts))).toBe("disko");
    const diskoDisks = { data: "/dev/vdb", main: "/dev/vda" };
    const told = type(install(begunWith(["disks"], { flake: { ...answers.flake, diskoDisks } })), "enter");
    const goesOn = found(told, facts);
    expect(part(goesOn)).toBe("findings");
    expect(goesOn.model.answers.flake.diskoDisks).toEqual(diskoDisks);
  });

  test("a person who stops nix is not overruled", () => {
    const stopped = type(atFlake, "escape");
    expect(part(stopped)).toBe("reference");
    expect(stopped.model.flake.probe.is).toBe("idle");
    // The late reply to the question that was stopped.
    const late = happened(stopped, {
      is: "flake-probed",
      question: atFlake.model.question,
      facts: demoFacts,
    });
    expect(late.model.flake.probe.is).toBe("idle");
    expect(at(type(stopped, "escape"))).toBe("disks");
  });

  test("one that is asked for waits for every Enter", () => {
    const now = type(install(begunWith(null)), "enter", "n");
    expect(asked(now)).not.toContain("probe-flake");
  });
});

describe("what an answer file leaves to a person", () => {
  const loaded = (yaml: string) => {
    const file = readAnswers(`version: 1\n${yaml}`, "a.yaml");
    if (!file.answers) throw new Error(JSON.stringify(file.issues));
    return takenUp(file.answers, two, happened(begun, probed(two)).model.answers, null);
  };

  test.each<[string, readonly Section[] | null]>([
    ["", null],
    ["interactive: []", null],
    ["interactive: [disks]", ["disks"]],
    ["interactive: [flake, disks]", ["flake", "disks"]],
    // Wrong on this machine: its screen comes, though it is not listed.
    ["interactive: [flake]\ndisks: [{ count: 1, serial: NONE }]", ["flake", "disks"]],
    [`interactive: [disks]\nsystem: { hostname: 'web-\${serial}' }`, ["disks", "system"]],
  ])("%j: %j", (yaml, asks) => {
    expect(loaded(yaml).asks).toEqual(asks);
  });

  test("its redundancy is decided where it has one, else it is what is usual for the disks marked", () => {
    expect(loaded("layout: { vdev: mirror }").decided).toEqual(["redundancy"]);
    const { answers, ...rest } = loaded(
      "interactive: [disks]\nflake: { reference: 'github:example/infra', host: demo }",
    );
    expect(rest.decided).toEqual([]);
    const start = happened(begun, probed(two), { ...rest, answers });
    const marked = type(install(start), "space", "down", "space", "enter");
    expect(marked.model.answers.layout.vdev).toBe("mirror");
    expect(at(marked)).toBe("flake");
  });
});
