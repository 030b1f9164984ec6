import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { choicesOf } from "../../../tui/answers/choices.ts";
import { withFiles } from "../../../tui/answers/files.ts";
import { located } from "../../../tui/answers/located.ts";
import type { Answers } from "../../../tui/answers/schema.ts";
import { choicesFor, recorded } from "../plan/example.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-answers-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const machine = recorded("qemu-two-disks");
const answersWith = (file: string, preset?: "impermanence"): Answers => ({
  version: 1,
  ...(preset ? { layout: { preset } } : {}),
  system: { files: [{ path: "/etc/motd", file, mode: "0600" }] },
});

test("a file of the live system becomes content, byte by byte", async () => {
  writeFileSync(`${directory}/motd`, Buffer.from([0, 255, 10]));
  const { answers, issues } = await withFiles(answersWith(`${directory}/motd`));
  expect(issues).toEqual([]);
  const { choices, issues: others } = choicesOf(answers, machine, choicesFor(machine));
  expect(others).toEqual([]);
  expect(choices.system.files).toEqual([
    { path: "/etc/motd", content: { base64: "AP8K" }, owner: "root", group: "root", mode: "0600" },
  ]);
});

test("one that is missing, or large, is an issue; one that was not read never becomes an empty file", async () => {
  const missing = await withFiles(answersWith(`${directory}/gone`));
  expect(missing.issues).toMatchObject([
    { where: "system.files[0].file", message: `${directory}/gone cannot be read.`, severity: "error" },
  ]);
  expect(choicesOf(missing.answers, machine, choicesFor(machine)).issues).toMatchObject([
    { where: "system.files[0].file", severity: "error" },
  ]);
  writeFileSync(`${directory}/large`, Buffer.alloc(1024 * 1024 + 1));
  const large = await withFiles(answersWith(`${directory}/large`));
  expect(large.issues[0]?.message).toMatch(/is larger than 1 MiB/);
});

test("on an impermanent system a file outside of /persist is a warning", async () => {
  writeFileSync(`${directory}/motd`, "");
  const { answers } = await withFiles(answersWith(`${directory}/motd`, "impermanence"));
  expect(choicesOf(answers, machine, choicesFor(machine)).issues).toMatchObject([
    { where: "system.files[0].path", severity: "warning" },
  ]);
});

test("fields get their place, disks keep their names", () => {
  const issue = (where: string) => ({ where, message: "", severity: "error" as const });
  const placed = located(
    ["layout.pool", "wipe", "disks[0]", "/dev/sda", "identity.diskGuids"].map(issue),
    (field) => `<${field}>`,
  );
  expect(placed.map(({ where }) => where)).toEqual([
    "<layout.pool>",
    "<wipe>",
    "<disks[0]>",
    "/dev/sda",
    "<identity.diskGuids>",
  ]);
});
