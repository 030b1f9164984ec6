import { expect, test } from "vitest";
import * as z from "zod";
import { answersOf, choicesOf } from "../../../tui/answers/choices.ts";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answersText } from "../../../tui/answers/save.ts";
import { answersSchema } from "../../../tui/answers/schema.ts";
import { GiB } from "../../../tui/base/bytes.ts";
import { canChoose } from "../../../tui/machine/describe.ts";
import { defaultChoices } from "../../../tui/plan/defaults.ts";
import { choicesFor, machineNames, recorded } from "../plan/example.ts";

const whole = `version: 1
disks:
  - count: 2
    model: SAMSUNG*
    minSize: 800G
layout:
  vdev: mirror
  swap: 8 GiB
flake:
  reference: github:example/infra
  host: web1
system:
  hostname: web1
`;

test("a whole file: sizes in bytes, what is left out is left out", () => {
  const { answers, issues } = readAnswers(whole, "answers.yaml");
  expect(issues).toEqual([]);
  expect(answers).toEqual({
    version: 1,
    disks: [{ count: 2, model: "SAMSUNG*", minSize: 800 * GiB }],
    layout: { vdev: "mirror", swap: 8 * GiB },
    flake: { reference: "github:example/infra", host: "web1" },
    system: { hostname: "web1" },
  });
});

test.each([
  ["version: 2", "a.yaml:1:1: version: must be 1."],
  ["layout: {}", "a.yaml:1:1: version: must be 1."],
  ["version: 1\nlayuot: {}", "a.yaml:2:1: layuot: is no known key. Did you mean layout?"],
  [
    "version: 1\nnonsense: {}",
    "a.yaml:2:1: nonsense: is no known key. Known are: version, disks, target, wipe, layout, flake, system, network, hooks, report, onSuccess, onFailure, alreadyInstalled, interactive, secretsInline.",
  ],
  ["version: 1\ndisks:\n  - serial: X\n    count: 0", "a.yaml:4:5: disks[0].count: must be 1 or more."],
  [
    "version: 1\ndisks:\n  - serial: X",
    "a.yaml:3:5: disks[0].count: must be how many disks it matches, exactly.",
  ],
  [
    "version: 1\nlayout:\n  vdev: raid5",
    "a.yaml:3:3: layout.vdev: must be one of: single, stripe, mirror, striped-mirrors, raidz1, raidz2, raidz3.",
  ],
  [
    "version: 1\nlayout:\n  swap: much",
    'a.yaml:3:3: layout.swap: must be a size: "8G", "512 MiB" or a number of bytes.',
  ],
  [
    "version: 1\nlayout:\n  swap: []",
    'a.yaml:3:3: layout.swap: must be a size: "8G", "512 MiB" or a number of bytes.',
  ],
  ["version: 1\nlayout: 3", "a.yaml:2:1: layout: must be a section of keys."],
  ["version: 1\ndisks: {}", "a.yaml:2:1: disks: must be a list."],
  [
    "version: 1\nsystem: {hostId: 12345678}",
    "a.yaml:2:10: system.hostId: must be eight hexadecimal digits in quotes.",
  ],
  ["- 1", "a.yaml:1:1: must be a section of keys."],
  ["", "a.yaml:1:1: must be a section of keys."],
  ["version: 1\nversion: 1", "a.yaml:2:1: Map keys must be unique."],
])("%j", (text, sentence) => {
  const { answers, issues } = readAnswers(text, "a.yaml");
  expect(answers).toBeNull();
  expect(issues.map(({ where, message }) => `${where}: ${message}`)).toContain(sentence);
});

test("every issue at once, in the order of the file", () => {
  const { issues } = readAnswers("version: 1\nlayout: {pool: 3}\nflake: []\nextra: 1\n", "a.yaml");
  expect(issues.map(({ where }) => where)).toEqual([
    "a.yaml:2:10: layout.pool",
    "a.yaml:3:1: flake",
    "a.yaml:4:1: extra",
  ]);
});

test("aliases that multiply are an issue", () => {
  const bomb = [
    "a: &a [1,1,1,1,1,1,1,1,1,1]",
    "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]",
    "c: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]",
  ];
  expect(readAnswers(bomb.join("\n"), "a.yaml").answers).toBeNull();
});

test.each(machineNames)("choices on %s come back from the file they were saved in", (name) => {
  const machine = recorded(name);
  const disks = machine.disks.filter(canChoose).map(({ path }) => path);
  const { identity: _, ...choices } = choicesFor(machine, { disks, layout: { swap: GiB + 1, pool: "tank" } });
  const { answers, issues } = readAnswers(answersText(choices, machine), "a.yaml");
  expect(issues).toEqual([]);
  expect(choicesOf(answers!, machine, defaultChoices(machine))).toMatchObject({ choices, issues: [] });
});

test("before a hostId is drawn none is saved", () => {
  const machine = recorded("no-disks");
  expect(answersOf(defaultChoices(machine), machine).system).toEqual({
    hostname: null,
    authorizedKeys: [],
    hostKeys: "keep",
  });
});

test("the schema can be published", () => {
  const schema = z.toJSONSchema(answersSchema, { io: "input" });
  expect(schema).toMatchObject({ type: "object", required: ["version"], additionalProperties: false });
});

test("brackets without end, and files without end, are issues", () => {
  const { issues } = readAnswers("[".repeat(20_000), "a.yaml");
  expect(issues.length).toBeGreaterThan(0);
  expect(readAnswers("#".repeat(2 * 1024 * 1024), "a.yaml").issues).toMatchObject([
    { where: "a.yaml:1:1", message: "The file is larger than 1 MiB." },
  ]);
}, 60_000);

test("a field's place, and that of what is not there", () => {
  const { placeOf } = readAnswers("version: 1\ndisks:\n  - count: 1\n    serial: X\n", "a.yaml");
  expect(placeOf("disks[0].serial")).toBe("a.yaml:4:5: disks[0].serial");
  expect(placeOf("disks[0].model")).toBe("a.yaml:3:5: disks[0].model");
  expect(placeOf("layout.pool")).toBe("a.yaml:1:1: layout.pool");
});

test.each<[disks: number, spares: number, vdev: string]>([
  [1, 0, "single"],
  [2, 0, "mirror"],
  [3, 0, "raidz1"],
  [3, 1, "mirror"],
  [4, 1, "raidz1"],
])("%i chosen disks, %i of them spare, are a %s where the file names none", (count, spares, vdev) => {
  // It has six disks that could be chosen.
  const machine = recorded("bios-six-large");
  const disks = machine.disks.slice(0, count).map(({ serial }) => ({ count: 1, serial: serial ?? "" }));
  const answers = { version: 1 as const, disks, wipe: true, layout: { spares } };
  const { choices, issues } = choicesOf(answers, machine, defaultChoices(machine));
  expect(issues).toEqual([]);
  expect(choices.layout).toMatchObject({ vdev, spares });
});
