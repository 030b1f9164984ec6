import { describe, expect, test } from "vitest";
import { type Memory, nothingYet, type Seen } from "../../../scripts/remote/memory.ts";
import { nextStep, type Run, remember } from "../../../scripts/remote/next.ts";

const guided: Run = {
  ...{ isUnattended: false, onSuccess: "reboot", waited: 0 },
  ...{ started: false, sentAnswers: false, leftScreens: false, askedReboot: false },
};
const unattended: Run = { ...guided, isUnattended: true };
const linux: Seen = {
  ...{ is: "linux", boot: "boot-1", name: "Debian", architecture: "x86_64", asRoot: [] },
  ...{ hostKeys: ["ssh-ed25519 AAAA"], isInstalled: false, room: { directory: "/root", free: 1e9 } },
};
const idle = { state: "idle", hostname: "", failure: null, result: null } as const;
const image = (
  state: "idle" | "running" | "finished" | "failed" | "interrupted",
  more: object = {},
): Seen => ({
  ...{ is: "image", boot: "boot-2", hostKeys: ["ssh-ed25519 AAAA"], unattended: "none" },
  ...more,
  status: { ...idle, state, hostname: state === "idle" ? "" : "web1" },
});
const silent: Seen = { is: "silent", reason: "Connection refused" };
const closed: Seen = { is: "closed", reason: "Permission denied (publickey)." };
const stranger: Seen = { is: "stranger", fingerprint: "SHA256:other" };
const at = (phase: Memory["phase"], more: Partial<Memory> = {}): Memory => ({
  ...nothingYet,
  ...{ phase, oldBoot: "boot-1", hostKeys: ["ssh-ed25519 AAAA"], hostname: "web1" },
  ...more,
});
const handed = { handedAnswers: true };

describe("what comes next", () => {
  test.each<[string, Memory, Seen, Run, object]>([
    ["another system, at first", nothingYet, linux, guided, { do: "start-image" }],
    [
      "another architecture",
      nothingYet,
      { ...linux, architecture: "aarch64" },
      guided,
      { do: "end", code: 1 },
    ],
    ["a user who cannot become root", nothingYet, { ...linux, asRoot: null }, guided, { do: "end", code: 1 }],
    ["nobody, at first", nothingYet, silent, guided, { do: "end", code: 6 }],
    ["no way in, at first", nothingYet, closed, guided, { do: "end", code: 6 }],

    ["the old system, going down", at("starting"), linux, { ...guided, started: true }, { do: "wait" }],
    ["the old system, for long", at("starting"), linux, { ...guided, waited: 999 }, { do: "end", code: 6 }],
    ["nobody, during the boot", at("starting"), silent, { ...guided, waited: 600 }, { do: "wait" }],
    ["nobody, for too long", at("starting"), silent, { ...guided, waited: 2000 }, { do: "end", code: 6 }],
    ["no way in, for a moment", at("starting"), closed, guided, { do: "wait" }],
    ["no way in, for long", at("starting"), closed, { ...guided, waited: 200 }, { do: "end", code: 6 }],
    ["somebody else", at("starting"), stranger, guided, { do: "end", code: 5 }],
    [
      "a key of the old system's that is not kept",
      at("starting", { oldKey: "SHA256:other" }),
      stranger,
      guided,
      { do: "wait" },
    ],
    [
      "that key for long",
      at("starting", { oldKey: "SHA256:other" }),
      stranger,
      { ...guided, waited: 999 },
      { do: "end", code: 6 },
    ],
    [
      "that key, afterwards",
      at("image", { oldKey: "SHA256:other" }),
      stranger,
      guided,
      { do: "end", code: 5 },
    ],
    [
      "the old system once more, after this run has started the image",
      at("starting"),
      { ...linux, boot: "boot-3" },
      { ...guided, started: true },
      { do: "end", code: 6 },
    ],
    [
      "the old system once more, in a run after that",
      at("image"),
      { ...linux, boot: "boot-3" },
      guided,
      { do: "start-image" },
    ],

    ["the image, guided", at("image"), image("idle"), guided, { do: "open-screens" }],
    [
      "screens that were left",
      at("image"),
      image("idle"),
      { ...guided, leftScreens: true },
      { do: "end", code: 4 },
    ],
    ["an installation, guided", at("installing"), image("running"), guided, { do: "open-screens" }],
    [
      "an installation whose screens were left",
      at("installing"),
      image("running"),
      { ...guided, leftScreens: true },
      { do: "end", code: 4 },
    ],
    ["a failure, guided", at("installing"), image("failed"), guided, { do: "open-screens" }],
    [
      "a failure that was left",
      at("installing"),
      image("failed"),
      { ...guided, leftScreens: true },
      { do: "end", code: 3 },
    ],
    ["a success, guided", at("installed"), image("finished"), guided, { do: "open-screens" }],
    [
      "a success that was left",
      at("installed"),
      image("finished"),
      { ...guided, leftScreens: true },
      { do: "reboot" },
    ],
    [
      "a reboot that was asked for",
      at("installed"),
      image("finished"),
      { ...guided, leftScreens: true, askedReboot: true },
      { do: "wait" },
    ],

    ["the image, with answers", at("image"), image("idle"), unattended, { do: "send-answers" }],
    [
      "answers on their way",
      at("image", handed),
      image("idle"),
      { ...unattended, started: true },
      { do: "wait" },
    ],
    [
      "answers being read",
      at("image", handed),
      image("idle", { unattended: "running" }),
      unattended,
      { do: "follow" },
    ],
    [
      "answers of this run, refused there",
      at("image", handed),
      image("idle", { unattended: "ended" }),
      { ...unattended, started: true },
      { do: "end", code: 3 },
    ],
    [
      "answers of an earlier run, refused there",
      at("image", handed),
      image("idle", { unattended: "ended" }),
      unattended,
      { do: "send-answers" },
    ],
    [
      "answers nobody takes",
      at("image"),
      image("idle"),
      { ...unattended, sentAnswers: true, waited: 600 },
      { do: "end", code: 3 },
    ],
    ["an installation by answers", at("installing"), image("running"), unattended, { do: "follow" }],
    ["its failure", at("installing"), image("failed"), unattended, { do: "end", code: 3 }],
    ["its interruption", at("installing"), image("interrupted"), unattended, { do: "end", code: 3 }],
    ["its success, which reboots", at("installed"), image("finished"), unattended, { do: "wait" }],
    [
      "its success, which does not",
      at("installed"),
      image("finished"),
      { ...unattended, waited: 60 },
      { do: "reboot" },
    ],
    [
      "its success, with power off",
      at("installed"),
      image("finished"),
      { ...unattended, onSuccess: "poweroff" },
      { do: "end", code: 0 },
    ],

    ["nobody, before the installed system", at("installed"), silent, guided, { do: "wait" }],
    ["the installed system", at("installed"), { ...linux, boot: "boot-3" }, guided, { do: "end", code: 0 }],
    ["the installed system, without a login", at("installed"), closed, guided, { do: "end", code: 0 }],
    [
      "a key that was told",
      at("installed", { installedKeys: ["SHA256:x"] }),
      stranger,
      guided,
      { do: "end", code: 5 },
    ],
    ["a key that nobody could tell", at("installed"), stranger, guided, { do: "end", code: 0 }],
  ])("after %s", (_, memory, seen, run, expected) => {
    expect(nextStep(memory, seen, run)).toMatchObject(expected);
  });

  test("every phase with everything seen has a next step, and none is taken twice without a look", () => {
    const phases = ["new", "starting", "image", "installing", "installed", "done"] as const;
    const seens = [
      linux,
      silent,
      closed,
      stranger,
      ...(["idle", "running", "finished", "failed"] as const).map((it) => image(it)),
    ];
    for (const phase of phases)
      for (const seen of seens)
        for (const run of [guided, unattended]) {
          const worn = {
            ...run,
            started: true,
            sentAnswers: true,
            leftScreens: true,
            askedReboot: true,
            waited: 9999,
          };
          const next = nextStep(at(phase), seen, worn);
          // With all patience used up, a run ends, follows what goes on, or waits for a machine that is at work.
          expect(["end", "follow", "wait"], `${phase} ${seen.is}`).toContain(next.do);
        }
  });
});

describe("what is remembered", () => {
  test("the first system: how it is told apart, and its keys", () => {
    expect(remember(nothingYet, linux)).toMatchObject({
      phase: "new",
      oldBoot: "boot-1",
      hostKeys: ["ssh-ed25519 AAAA"],
    });
  });

  test("the installed system's keys, from the installation's result", () => {
    const done = {
      ...idle,
      state: "finished",
      hostname: "web1",
      result: { hostKeys: ["ED25519 SHA256:abc", "RSA SHA256:def"] },
    };
    const seen = { ...image("finished"), status: done } as Seen;
    expect(remember(at("installing"), seen)).toMatchObject({
      ...{ phase: "installed", hostname: "web1", installedKeys: ["SHA256:abc", "SHA256:def"] },
    });
  });

  test("an installed system that came while nobody looked ends it; the old one does not", () => {
    const other = { ...linux, boot: "boot-3" };
    expect(remember(at("installing"), { ...other, isInstalled: true }).phase).toBe("done");
    expect(remember(at("installing"), other).phase).toBe("installing");
    expect(remember(nothingYet, { ...linux, isInstalled: true }).phase).toBe("new");
  });

  test("nothing of a look that told nothing", () => {
    for (const seen of [silent, closed, stranger]) expect(remember(at("image"), seen)).toEqual(at("image"));
  });
});
