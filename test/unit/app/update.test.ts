import { describe, expect, test } from "vitest";
import { idle, type Status } from "../../../tui/run/status.ts";
import {
  asked,
  atDisks,
  atFindings,
  atHosts,
  atLayout,
  atReview,
  begun,
  demoFacts,
  happened,
  host,
  probed,
  recorded,
  type,
} from "./driver.ts";

const two = recorded("qemu-two-disks");
const paths = two.disks.map(({ path }) => path);

describe("start", () => {
  const start = { ...happened(begun, probed(two)), effects: [] };
  test.each([
    ["install", "disks", []],
    ["shell", "start", ["open-shell"]],
    ["repair", "repair", []],
  ] as const)("%s", (item, screen, effects) => {
    const next = happened(start, { is: "menu-item-chosen", item });
    expect(next.model.screen.at).toBe(screen);
    expect(asked(next)).toEqual(effects);
  });

  test.each([
    ["reboot", "reboot"],
    ["power-off", "power-off"],
  ] as const)("%s asks first", (item, effect) => {
    const question = happened(start, { is: "menu-item-chosen", item });
    expect(question.model.overlay).toEqual({ show: "question", about: item });
    expect(asked(type(question, "n"))).toEqual([]);
    expect(asked(type(question, "escape"))).toEqual([]);
    expect(asked(type(question, "y"))).toEqual([effect]);
  });

  test("repair: a pool is entered when it is chosen, and looked for again", () => {
    const repair = happened(start, { is: "menu-item-chosen", item: "repair" });
    expect(happened(repair, { is: "pool-chosen", guid: "42" }).effects).toEqual([
      { do: "enter-system", guid: "42" },
    ]);
    const again = type(repair, "r");
    expect(asked(again)).toEqual(["probe-machine"]);
    expect(asked(type(again, "r"))).toEqual(["probe-machine"]);
    expect(type(repair, "escape").model.screen.at).toBe("start");
  });

  test("Ctrl-C asks, and leaves only with y", () => {
    expect(asked(type(start, "ctrl-c", "n"))).toEqual([]);
    expect(asked(type(start, "ctrl-c", "ctrl-c"))).toEqual([]);
    expect(asked(type(start, "ctrl-c", "y"))).toEqual(["leave"]);
  });

  test("? opens the help, any key closes it", () => {
    const help = type(start, "?");
    expect(help.model.overlay).toEqual({ show: "help", top: 0 });
    expect(type(help, "x").model.overlay).toBeNull();
  });

  test("a machine that could not be probed says so", () => {
    const { model } = happened(begun, { is: "machine-probe-failed", sentence: "lsblk failed" });
    expect(model.machine).toEqual({ is: "failed", failure: { sentence: "lsblk failed", raw: "" } });
  });
});

describe("disks", () => {
  test("down, then space marks the second and no other", () => {
    const { model } = type(atDisks(two), "down", "space");
    expect(model.answers.disks).toEqual([paths[1]]);
  });

  test("disks stand in the machine's order, each with its own GUID, whatever was marked first", () => {
    const { model } = type(atDisks(two), "down", "space", "up", "space");
    expect(model.answers.disks).toEqual(paths.slice(0, 2));
    expect(model.answers.identity.diskGuids).toEqual([
      "d4be1000-0000-4000-8000-000000000000",
      "d4be1001-0000-4000-8000-000000000000",
    ]);
  });

  test.each([
    [1, "single"],
    [2, "mirror"],
  ])("%i disks are offered as %s", (count, kind) => {
    const keys = ["space", "down", "space"].slice(0, count * 2 - 1);
    expect(type(atDisks(two), ...keys).model.answers.layout.vdev).toBe(kind);
  });

  test("without a marked disk Enter stays and says why", () => {
    const { model } = type(atDisks(two), "enter");
    expect(model.screen.at).toBe("disks");
    expect(model.notice).toMatch(/at least one/);
  });

  test("a disk in use cannot be marked, and the reason is told", () => {
    const machine = recorded("usb-stick");
    const row = machine.disks.findIndex(({ inUse }) => inUse !== null);
    const { model } = type(atDisks(machine), ...Array<string>(row).fill("down"), "space");
    expect(model.answers.disks).toEqual([]);
    expect(model.notice).toContain("cannot be chosen");
  });

  test("a rescan drops a disk that has gone, and keeps the GUIDs of the others", () => {
    const marked = type(atDisks(two), "space", "down", "space");
    const busy = type(marked, "r");
    expect(asked(busy)).toContain("probe-machine");
    const { model } = happened(busy, {
      is: "machine-probed",
      machine: { ...two, disks: two.disks.slice(1) },
      drawn: { hostId: "ffffffff", guids: ["ffffffff-0000-4000-8000-000000000000"] },
    });
    expect(model.answers.disks).toEqual([paths[1]]);
    expect(model.answers.identity.diskGuids).toEqual(["d4be1001-0000-4000-8000-000000000000"]);
    expect(model.answers.system.hostId).toBe("d4be1000");
  });

  test("a disk that comes above the focus does not move what Space marks", () => {
    const focused = type(atDisks(two), "down");
    const changed = happened(focused, { is: "machine-changed" });
    expect(asked(changed).at(-1)).toBe("probe-machine");
    expect(changed.model.machine.is).toBe("done");
    const early = { ...two.disks[0]!, name: "sda", path: "/dev/sda" };
    const more = happened(changed, probed({ ...two, disks: [early, ...two.disks] }));
    expect(type(more, "space").model.answers.disks).toEqual([paths[1]]);
  });

  test("the focus stays inside", () => {
    expect(type(atDisks(two), "up").model.screen).toMatchObject({ focus: 0 });
    expect(type(atDisks(two), "end", "down").model.screen).toMatchObject({ focus: two.disks.length - 1 });
  });

  test("Esc goes to the start, and the marks survive", () => {
    const back = type(atDisks(two), "space", "escape");
    expect(back.model.screen.at).toBe("start");
    expect(back.model.answers.disks).toEqual([paths[0]]);
  });
});

describe("answers of an earlier screen", () => {
  const choices = atReview().model.answers;
  const start = happened(begun, probed(two));

  test("are asked for once the machine is known, and taken up", () => {
    expect(asked(start)).toEqual(["load-answers"]);
    expect(asked(happened(start, probed(two)))).toEqual(["load-answers"]);
    const { model } = happened(start, {
      is: "answers-loaded",
      answers: choices,
      asks: null,
      decided: ["redundancy"],
      passphrase: "correct horse",
    });
    expect(model.answers).toEqual(choices);
    expect(model.passphrase).toBe("correct horse");
  });

  const loaded = { asks: null, decided: [], passphrase: null };
  const named = { ...choices, system: { ...choices.system, hostname: "web" } };

  test("do not undo what was marked in the meantime, and are taken up all the same", () => {
    const marked = type(atDisks(two), "space");
    const { answers } = happened(marked, { is: "answers-loaded", answers: named, ...loaded }).model;
    expect(answers.disks).toEqual(marked.model.answers.disks);
    expect(answers.identity).toEqual(marked.model.answers.identity);
    expect(answers.system.hostname).toBe("web");
    const later = happened(atLayout(), { is: "answers-loaded", answers: named, ...loaded });
    expect(later.model.answers.system.hostname).toBe("web");
  });

  test("come too late for a person who has decided something, or who has gone on to the flake", () => {
    const decided = type(atLayout(), "down", "enter", "ctrl-u", "tank", "enter");
    for (const ahead of [decided, atHosts()])
      expect(happened(ahead, { is: "answers-loaded", answers: named, ...loaded }).model).toEqual(ahead.model);
  });
});

describe("layout", () => {
  const choose = (value: string) => ({ is: "choice-made", value }) as const;

  test("a choice is taken and closes the field", () => {
    const { model } = happened(type(atLayout(), "enter"), choose("stripe"));
    expect(model.answers.layout.vdev).toBe("stripe");
    expect(model.screen).toMatchObject({ at: "layout", open: null });
  });

  test("an impossible choice is refused with its reason", () => {
    const { model } = happened(type(atLayout(), "enter"), choose("raidz1"));
    expect(model.answers.layout.vdev).toBe("mirror");
    expect(model.notice).toMatch(/needs 3 disks/);
  });

  test("a redundancy that was chosen stays when the disks screen is left again", () => {
    const stripe = happened(type(atLayout(), "enter"), choose("stripe"));
    expect(type(stripe, "escape", "enter").model.answers.layout.vdev).toBe("stripe");
  });

  test("the pool's name is typed, and wrong ones stay open with what is wrong", () => {
    const open = type(atLayout(), "down", "enter", "ctrl-u");
    expect(type(open, "tank", "enter").model.answers.layout.pool).toBe("tank");
    const wrong = type(open, "1tank", "enter").model;
    expect(wrong.answers.layout.pool).toBe("rpool");
    expect(wrong.screen).toMatchObject({ open: { error: expect.stringContaining("begins with a letter") } });
  });

  test("letters that are keys elsewhere are letters in a field", () => {
    const open = type(atLayout(), "down", "down", "enter", "n", "j", "k");
    expect(type(open, "enter").model.answers.system.hostname).toBe("njk");
  });

  test("an empty host name leaves the flake's own", () => {
    const named = type(atLayout(), "down", "down", "enter", "web1", "enter");
    expect(type(named, "enter", "ctrl-u", "enter").model.answers.system.hostname).toBeNull();
  });

  describe("encryption", () => {
    const open = happened(type(atLayout(), "down", "down", "down", "enter"), choose("native"));

    test("the passphrase is typed twice", () => {
      const { model } = type(open, "correct horse", "enter", "correct horse", "enter");
      expect(model.passphrase).toBe("correct horse");
      expect(model.screen).toMatchObject({ open: null });
    });

    test("too short, or two that differ, are told", () => {
      const short = type(open, "abc", "enter").model.screen;
      expect(short).toMatchObject({ open: { error: expect.stringContaining("8") } });
      const different = type(open, "correct horse", "enter", "correct house", "enter").model;
      expect(different.screen).toMatchObject({ open: { error: expect.stringContaining("not the same") } });
      expect(different.passphrase).toBeNull();
    });

    test("without a passphrase there is no way on", () => {
      const { model } = type(open, "escape", "n");
      expect(model.screen.at).toBe("layout");
      expect(model.notice).toMatch(/passphrase/);
    });

    test("none forgets the passphrase", () => {
      const set = type(open, "correct horse", "enter", "correct horse", "enter");
      expect(happened(type(set, "enter"), choose("none")).model.passphrase).toBeNull();
    });
  });

  test("n goes on, and the answers are kept", () => {
    const next = type(atLayout(), "n");
    expect(next.model.screen.at).toBe("flake");
    expect(asked(next).at(-1)).toBe("save-answers");
  });
});

describe("flake", () => {
  const given = happened(begun, {
    is: "boot-parameters-read",
    given: {
      flake: "http://10.0.2.2:8080/demo.tar.gz",
      substituter: { url: "http://10.0.2.2:8080/cache", publicKey: "fixture-1:abc" },
      hostname: "web1",
      authorizedKeys: ["ssh-ed25519 AAAA me"],
    },
  });

  test("what the kernel command line gives is offered, trusted, and taken by Enter alone", () => {
    const disks = happened(given, probed(two), { is: "menu-item-chosen", item: "install" });
    const next = type(disks, "space", "enter", "n", "enter");
    expect(next.effects.at(-1)).toEqual({
      do: "probe-flake",
      question: 1,
      reference: "http://10.0.2.2:8080/demo.tar.gz",
      substituters: [{ url: "http://10.0.2.2:8080/cache", publicKey: "fixture-1:abc" }],
    });
    expect(next.model.answers.system).toMatchObject({
      hostname: "web1",
      authorizedKeys: ["ssh-ed25519 AAAA me"],
    });
  });

  test("reference#host asks for the reference and has the host in focus", () => {
    const busy = type(atLayout(), "n", "github:example/infra#web2", "enter");
    expect(busy.effects.at(-1)).toMatchObject({ reference: "github:example/infra" });
    const { model } = happened(busy, { is: "flake-probed", question: 1, facts: demoFacts });
    expect(model.screen).toMatchObject({ part: "hosts", row: 1 });
  });

  test("? and / are letters of a reference", () => {
    const { model } = type(atLayout(), "n", "github:a/b", "?", "ref=main");
    expect(model.screen).toMatchObject({ input: { value: "github:a/b?ref=main" } });
  });

  test("Esc stops nix, and its late reply changes nothing", () => {
    const busy = type(atLayout(), "n", "github:a/b", "enter");
    const stopped = type(busy, "escape");
    expect(asked(stopped).at(-1)).toBe("cancel-nix");
    const late = happened(stopped, { is: "flake-probed", question: busy.model.question, facts: demoFacts });
    expect(late.model.flake.probe).toEqual({ is: "idle" });
  });

  test("a failure is shown, Ctrl-W shows nix's own words", () => {
    const busy = type(atLayout(), "n", "github:a/b", "enter");
    const failed = happened(busy, {
      is: "flake-probe-failed",
      question: busy.model.question,
      failure: { sentence: "There is no such repository.", raw: "error: 404\n  at github" },
    });
    expect(failed.model.flake.probe).toMatchObject({ failure: { sentence: "There is no such repository." } });
    expect(type(failed, "ctrl-w").model.overlay).toMatchObject({
      show: "text",
      lines: ["error: 404", "  at github"],
    });
  });

  test("a host for another architecture is refused", () => {
    const { model } = type(atHosts(), "down", "down", "enter");
    expect(model.screen).toMatchObject({ part: "hosts" });
    expect(model.notice).toContain("aarch64-linux");
  });

  test("a host of the flake's keeps its hostId", () => {
    const facts = { ...demoFacts, hosts: [host("web1", { hostId: "8f2c41aa" })] };
    expect(type(atHosts(facts), "enter").model.answers.system.hostId).toBe("8f2c41aa");
  });

  test("a host without one takes the drawn hostId again, after another had its own", () => {
    const facts = { ...demoFacts, hosts: [host("web1", { hostId: "8f2c41aa" }), host("web2")] };
    const { model } = type(atHosts(facts), "enter", "escape", "down", "enter");
    expect(model.answers.system.hostId).toBe("d4be1000");
  });

  describe("a cache that the flake asks for", () => {
    const cache = { url: "https://cache.example.org", publicKey: "example-1:abc" };
    const facts = { ...demoFacts, asksFor: [cache] };

    test("must be decided on", () => {
      const { model } = type(atHosts(facts), "enter");
      expect(model.screen).toMatchObject({ part: "hosts" });
      expect(model.notice).toContain(cache.url);
    });

    test("y trusts it", () => {
      expect(type(atHosts(facts), "y", "enter").effects.at(-1)).toMatchObject({
        do: "check-flake",
        choices: { flake: { substituters: [cache] } },
      });
    });

    test("n does not", () => {
      expect(type(atHosts(facts), "n", "enter").effects.at(-1)).toMatchObject({
        do: "check-flake",
        choices: { flake: { substituters: [] } },
      });
    });
  });

  test("a host that can only be checked later has that in its plan, until it is checked anew", () => {
    const busy = type(atHosts(), "enter");
    const sentence = "Evaluating the host takes more memory than is free.";
    const later = { system: "x86_64-linux", bootLoader: null };
    const checked = happened(busy, {
      is: "flake-checked",
      question: busy.model.question,
      preflight: {
        findings: [{ level: "warning", sentence }],
        ...{ toplevel: null, lock: null, download: null, unpacked: null, later },
      },
    });
    const review = type(checked, "enter");
    expect(review.model.screen.at).toBe("review");
    const begun = type(review, "erase", "enter").effects.at(-1);
    const steps = begun?.do === "start-engine" ? begun.plan.steps.map((step) => step.do) : [];
    expect(steps).toContain("check-flake");
    expect(type(checked, "r").effects.at(-1)).toMatchObject({
      do: "check-flake",
      choices: { flake: { evaluated: { later: null } } },
    });
  });

  test("findings that are errors keep the person here", () => {
    const busy = type(atHosts(), "enter");
    const { model } = type(
      happened(busy, {
        is: "flake-checked",
        question: busy.model.question,
        preflight: {
          findings: [{ level: "error", sentence: "No boot loader." }],
          toplevel: null,
          lock: null,
          download: null,
          unpacked: null,
        },
      }),
      "enter",
    );
    expect(model.screen.at).toBe("flake");
    expect(model.notice).toMatch(/cannot be installed/);
  });

  test("another layout makes nix look again; the same one does not", () => {
    const again = (played: typeof begun) => asked(played).filter((name) => name === "check-flake").length;
    const back = type(atReview(), "escape", "escape", "escape", "escape");
    expect(back.model.screen.at).toBe("layout");
    expect(again(type(back, "n"))).toBe(again(back));
    const other = happened(type(back, "enter"), { is: "choice-made", value: "stripe" });
    expect(again(type(other, "n"))).toBe(again(back) + 1);
  });

  test("Enter goes on to the review", () => {
    expect(type(atFindings(), "enter").model.screen.at).toBe("review");
  });
});

describe("review", () => {
  test.each(["", "eras", "ERASE", "yes"])("%j does not begin", (word) => {
    const next = type(atReview(), ...(word === "" ? [] : [word]), "enter");
    expect(asked(next)).not.toContain("start-engine");
    expect(next.model.screen.at).toBe("review");
  });

  test("erase begins, once", () => {
    const next = type(atReview(), ..."erase", "enter", "enter");
    expect(asked(next).filter((name) => name === "start-engine")).toHaveLength(1);
    expect(next.model.screen.at).toBe("progress");
    const effect = next.effects.find((one) => one.do === "start-engine");
    expect(effect).toMatchObject({ passphrase: null, plan: { hostname: "demo" } });
  });

  test("c shows every command, s saves the answers, when nothing is typed yet", () => {
    const commands = type(atReview(), "c").model.overlay;
    expect(commands).toMatchObject({ show: "text" });
    const lines = commands?.show === "text" ? commands.lines : [];
    expect(lines.join("\n")).toContain("zpool create");
    const wide = lines.filter((line) => line.length > 80 && line.trim().includes(" ") && !line.includes("'"));
    expect(wide).toEqual([]);
    expect(type(atReview(), "s").effects.at(-1)).toMatchObject({ do: "save-answers", isAsked: true });
    expect(type(atReview(), "e", "s").model.screen).toMatchObject({ typed: { value: "es" } });
  });

  test("the passphrase goes beside the plan, never in it", () => {
    const encrypted = happened(
      type(atReview(), "escape", "escape", "escape", "escape", "down", "down", "down", "enter"),
      {
        is: "choice-made",
        value: "native",
      },
    );
    const set = type(encrypted, "correct horse", "enter", "correct horse", "enter", "n");
    const checked = happened(set, {
      is: "flake-checked",
      question: set.model.question,
      preflight: { findings: [], toplevel: null, lock: null, download: null, unpacked: null },
    });
    const begins = type(checked, "enter", "erase", "enter");
    const effect = begins.effects.find((one) => one.do === "start-engine");
    expect(effect).toMatchObject({ passphrase: "correct horse" });
    expect(JSON.stringify(effect?.do === "start-engine" && effect.plan)).not.toContain("correct horse");
  });

  test("Esc goes back to the findings", () => {
    expect(type(atReview(), "escape").model.screen).toMatchObject({ at: "flake", part: "findings" });
  });
});

describe("an installation", () => {
  const running: Status = { ...idle, state: "running", hostname: "web1", startedAt: 5 };
  const changed = (status: Status) => ({ is: "run-changed", status }) as const;

  test.each([
    ["running", "progress"],
    ["finished", "done"],
    ["failed", "failed"],
    ["interrupted", "failed"],
  ] as const)("%s takes every screen to %s", (state, screen) => {
    for (const played of [begun, atLayout(), atReview()])
      expect(happened(played, changed({ ...running, state })).model.screen.at).toBe(screen);
  });

  test("Ctrl-C asks, y stops it", () => {
    const next = type(happened(begun, changed(running)), "ctrl-c");
    expect(next.model.overlay).toEqual({ show: "question", about: "stop" });
    expect(asked(type(next, "n"))).toEqual([]);
    expect(asked(type(next, "y"))).toEqual(["stop-run"]);
  });

  test("q leaves the screen, after a question, and stops nothing", () => {
    expect(asked(type(happened(begun, changed(running)), "q", "y"))).toEqual(["leave"]);
  });

  test("l shows the log, and the log closes", () => {
    const log = type(happened(begun, changed(running)), "l");
    expect(log.model.overlay).toEqual({ show: "log", back: 0 });
    expect(type(log, "escape").model.overlay).toBeNull();
  });

  test("a step more leaves log and question open", () => {
    const log = type(happened(begun, changed(running)), "l");
    expect(happened(log, changed({ ...running, current: 2 })).model.overlay).not.toBeNull();
  });

  test("retry goes on, start over asks and clears", () => {
    const failed = happened(begun, changed({ ...running, state: "failed" }));
    expect(asked(happened(failed, { is: "menu-item-chosen", item: "retry" }))).toEqual(["retry-run"]);
    const over = type(happened(failed, { is: "menu-item-chosen", item: "start-over" }), "y");
    expect(asked(over)).toEqual(["clear-run"]);
    expect(over.model.screen.at).toBe("start");
    expect(happened(over, changed(idle)).model.screen.at).toBe("start");
  });

  test("an engine that does not start leaves the person where it was asked for, with the reason", () => {
    const sentence = "The engine could not be started.";
    const atReviewAgain = happened(type(atReview(), "erase", "enter"), {
      is: "engine-start-failed",
      sentence,
    });
    expect(atReviewAgain.model.screen.at).toBe("review");
    expect(atReviewAgain.model.notice).toBe(sentence);
    const failed = happened(begun, changed({ ...running, state: "failed" }));
    const retried = happened(
      failed,
      { is: "menu-item-chosen", item: "retry" },
      { is: "engine-start-failed", sentence },
    );
    expect(retried.model.screen.at).toBe("failed");
    expect(retried.model.notice).toBe(sentence);
  });
});

describe("answers that come to light", () => {
  test("an untouched start screen makes way for the log of what is done by them", () => {
    expect(happened(begun, { is: "unattended-begun" }).effects).toEqual([{ do: "leave" }]);
  });

  test("somebody at work has them let go", () => {
    const busy = happened(begun, { is: "menu-item-chosen", item: "install" }, { is: "unattended-begun" });
    expect(busy.effects).toContainEqual({ do: "take-over" });
    expect(busy.effects).not.toContainEqual({ do: "leave" });
    expect(busy.model.notice).toContain("gives way to you");
  });
});
