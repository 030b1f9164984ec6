import { describe, expect, test } from "vitest";
import { choicesOfField, fieldsOf } from "../../../tui/app/fields/index.ts";
import type { LayoutField, Model } from "../../../tui/app/model.ts";
import { layoutIssues } from "../../../tui/app/problems.ts";
import type { LayoutChoices } from "../../../tui/plan/choices.ts";
import { defaultLayout } from "../../../tui/plan/defaults.ts";
import { atDisks, atLayout, happened, type Played, recorded, type } from "./driver.ts";

/** Opens a field by its place on its page, and chooses a value of it. */
function choose(played: Played, field: LayoutField, value: string): Played {
  const page = fieldsOf("main").includes(field) ? "main" : "more";
  const at = page === "more" ? type(played, "end", "enter") : type(played, "home");
  const keys = Array.from({ length: fieldsOf(page).indexOf(field) }, () => "down");
  return happened(type(at, ...keys, "enter"), { is: "choice-made", value });
}

const layoutOf = ({ model }: Played): LayoutChoices => model.answers.layout;

test.each<[LayoutField, string, Partial<LayoutChoices>]>([
  ["redundancy", "stripe", { vdev: "stripe", groupWidth: null }],
  ["swap", "1073741824", { swap: 1024 ** 3 }],
  ["datasets", "impermanence", { preset: "impermanence", datasets: null }],
  ["compression", "lz4", { compression: "lz4" }],
  ["checksum", "blake3", { checksum: "blake3" }],
  ["copies", "2", { copies: 2 }],
  ["ashift", "13", { ashift: 13 }],
  ["ashift", "auto", { ashift: "auto" }],
  ["autotrim", "off", { autotrim: "off" }],
  ["compatibility", "openzfs-2.1-linux", { compatibility: "openzfs-2.1-linux" }],
  ["discard", "true", { discard: true }],
  ["free", "10", { freePercent: 10 }],
  ["esp", "2147483648", { espSize: 2 * 1024 ** 3 }],
  ["arc", "1073741824", { arcLimit: 1024 ** 3 }],
  ["arc", "null", { arcLimit: null }],
  ["zram", "false", { zram: false }],
])("%s: %s", (field, value, changes) => {
  expect(layoutOf(choose(atLayout(), field, value))).toEqual({ ...layoutOf(atLayout()), ...changes });
});

test("every field that offers something has its value among its offers, and none of them is a throw", () => {
  const { model } = atLayout();
  for (const page of ["main", "more"] as const)
    for (const field of fieldsOf(page)) {
      const offers = choicesOfField(model, field);
      for (const { value } of offers) choose(atLayout(), field, value);
      expect(new Set(offers.map(({ value }) => value)).size).toBe(offers.length);
    }
});

test("a value that an answer file brought stays among the offers", () => {
  const { model } = atLayout();
  const layout: LayoutChoices = { ...model.answers.layout, freePercent: 7 };
  const changed: Model = { ...model, answers: { ...model.answers, layout } };
  expect(choicesOfField(changed, "free").at(-1)).toMatchObject({ value: "7", title: "7 %" });
});

test("what is not possible with two disks is refused, with its reason", () => {
  expect(choose(atLayout(), "spares", "1").model.notice).toBe(
    "1: needs 3 disks (2 chosen, 1 of them spare).",
  );
  expect(choose(atLayout(), "bootLoader", "systemd-boot").model.notice).toBe(
    "systemd-boot: needs a single disk.",
  );
  expect(choose(atLayout(), "unlock", "22").model.notice).toBe(
    "port 22: needs encryption with a passphrase.",
  );
  expect(choose(atLayout(), "encryption", "key:").model.notice).toContain("needs a file system on a disk");
});

test("LUKS asks for a passphrase, and may be unlocked from elsewhere; without encryption that goes", () => {
  const opened = choose(atLayout(), "encryption", "luks");
  expect(opened.model.screen).toMatchObject({ open: { kind: "passphrase" } });
  const typed = type(opened, "correct horse", "enter", "correct horse", "enter");
  expect(typed.model.passphrase).toBe("correct horse");
  const { model } = typed;
  const system = { ...model.answers.system, authorizedKeys: ["ssh-ed25519 AAAA me"] };
  const known = { ...typed, model: { ...model, answers: { ...model.answers, system } } };
  const unlocked = choose(known, "unlock", "2222");
  expect(layoutOf(unlocked).remoteUnlock).toEqual({ authorizedKeys: [], port: 2222 });
  expect(layoutIssues(unlocked.model)).toEqual([]);
  const none = choose(unlocked, "encryption", "none");
  expect(layoutOf(none)).toMatchObject({ encryption: "none", remoteUnlock: null });
  expect(none.model.passphrase).toBeNull();
});

test("a key file goes to a file system of a disk that is kept, and needs no passphrase", () => {
  const chosen = type(atDisks(recorded("usb-stick")), "space", "enter");
  const windows = recorded("windows-laptop").disks[0]!;
  const two = recorded("qemu-two-disks");
  const machine = { ...two, disks: [two.disks[0]!, windows] };
  const layout = type(atDisks(machine), "space", "enter");
  const key = choicesOfField(layout.model, "encryption").find(({ value }) => value.startsWith("key:"))!;
  expect(key.title).toMatch(/^native, key on nvme0n1p/);
  const done = choose(layout, "encryption", key.value);
  expect(layoutOf(done)).toMatchObject({
    encryption: "native-key-file",
    keyFile: { uuid: key.value.slice(4), path: "/rpool.key" },
  });
  expect(layoutIssues(done.model)).toEqual([]);
  expect(chosen.model.screen.at).toBe("layout");
});

test("a pool's name that a kept disk has is not offered, and what was typed stays", () => {
  const pools = atDisks(recorded("old-zfs-pools"));
  const [a, c] = [type(pools, "space"), type(pools, "down", "down", "space")];
  expect(layoutOf(a).pool).toBe("rpool2");
  expect(layoutOf(c).pool).toBe("rpool");
});

describe("the datasets' editor", () => {
  const editor = happened(type(atLayout(), ...Array<string>(6).fill("down"), "enter"), {
    is: "choice-made",
    value: "edit",
  });
  const names = (played: Played) => layoutOf(played).datasets?.map(({ name }) => name);

  test("opens on the preset's, and leaves them as they are", () => {
    expect(editor.model.screen).toMatchObject({ open: { kind: "datasets", row: 0, input: null } });
    expect(layoutOf(type(editor, "escape"))).toEqual({ ...defaultLayout, vdev: "mirror" });
  });

  test("adds, changes and removes", () => {
    const added = type(editor, "a", "db /var/lib/db recordsize=16k", "enter");
    expect(layoutOf(added).datasets?.at(-1)).toEqual({
      name: "db",
      mountpoint: "/var/lib/db",
      properties: { recordsize: "16k" },
      refreservation: null,
      snapshot: null,
    });
    const changed = type(added, "enter", "ctrl-u", "db2 /srv", "enter");
    expect(layoutOf(changed).datasets?.at(-1)).toMatchObject({
      name: "db2",
      mountpoint: "/srv",
      properties: {},
    });
    const removed = type(changed, "d");
    expect(names(removed)).toEqual(["local/root", "local/nix", "safe/home", "safe/var/log", "reserved"]);
  });

  test("says what is wrong with a line, and keeps what was typed", () => {
    const { model } = type(editor, "a", "db data", "enter");
    expect(model.screen).toMatchObject({
      open: { error: expect.stringContaining("not data"), input: { value: "db data" } },
    });
    expect(names({ model, effects: [] })).toBeUndefined();
    expect(type({ model, effects: [] }, "escape").model.screen).toMatchObject({ open: { input: null } });
  });

  test("what is wrong with all of them together stands at the field", () => {
    const without = type(editor, "d", "escape");
    expect(layoutIssues(without.model).map(({ message }) => message)).toEqual([
      "No dataset is mounted at /: the system needs one.",
    ]);
    expect(type(without, "n").model.notice).toContain("mounted at /");
  });

  test("a preset takes their place again", () => {
    const added = type(editor, "a", "db", "enter", "escape");
    expect(layoutOf(choose(added, "datasets", "simple"))).toMatchObject({ preset: "simple", datasets: null });
  });
});
