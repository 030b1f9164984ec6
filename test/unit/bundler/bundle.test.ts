import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../../bundler/bundle.ts";
import { exec } from "../../../tui/base/exec.ts";
import { charactersOf } from "../../../tui/terminal/characters.ts";
import { glyphsFor } from "../../../tui/terminal/glyphs.ts";
import { gridOf, oneCellEach } from "../../../tui/terminal/grid.ts";

let home = "";
let program = "";
let files: readonly string[] = [];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "dabei-bundle-"));
  program = join(home, "program/dabei.js");
  ({ files } = await bundle({ directory: join(home, "program") }));
}, 60_000);
afterAll(() => rmSync(home, { recursive: true }));

test("the bundle runs alone", async () => {
  expect((await exec([process.execPath, program, "--version"], { cwd: home })).stdout).toMatch(
    /^nix-dabei \d/,
  );
});

test("it is made for production, small, and names no place of this machine", () => {
  const text = files.map((name) => readFileSync(join(home, "program", name), "utf8")).join("\n");
  expect(text.length).toBeLessThan(1_300_000);
  expect(text).not.toContain("react.development");
  expect(text).not.toContain(join(import.meta.dirname, "../../.."));
});

test("what starts it is small: the rest is loaded when it is needed", () => {
  const text = readFileSync(program, "utf8");
  expect(text.length).toBeLessThan(10_000);
  expect(text).not.toMatch(/from"node:(?:child_process|http|net|crypto)"/);
});

test("telling the machine loads neither the schema of answers nor a screen", () => {
  const textOf = (name: string) => readFileSync(join(home, "program", name), "utf8");
  const print = files.find((name) => /^print-.*\.js$/.test(name)) ?? "";
  const seen = new Set<string>();
  const load = (name: string): string[] => {
    if (seen.has(name)) return [];
    seen.add(name);
    const needed = [...textOf(name).matchAll(/(?:from|import)\s?\(?"\.\/([^"]+)"/g)].map(
      ([, other]) => other ?? "",
    );
    return [textOf(name), ...needed.flatMap(load)];
  };
  const text = load(print).join("\n");
  expect(text).toContain("/sys/class/dmi/id/");
  for (const library of ["ZodError", "YAMLParseError", "react.element"]) {
    expect(text, library).not.toContain(library);
    // Or the names have changed, and nothing is looked for.
    expect(files.map(textOf).join("\n"), library).toContain(library);
  }
});

test("it draws its first frame by itself", async () => {
  const { stdout } = await exec([process.execPath, program, "first-frame"], { cwd: home });
  const lines = stdout.split("\n");
  expect(lines).toHaveLength(24);
  expect(stripVTControlCharacters(stdout)).toMatch(
    /^nix-dabei \d[\s\S]*> Install NixOS on ZFS[\s\S]*Enter choose/,
  );
  expect(stdout).toContain("\x1b[");
  // It is shown before the widths of characters are loaded.
  const options = { columns: 80, rows: 24, level: "colour", glyph: glyphsFor("unicode") } as const;
  expect(gridOf(stdout, { ...options, characters: oneCellEach })).toEqual(
    gridOf(stdout, { ...options, characters: charactersOf }),
  );
});

test("a mistake is told with its place", async () => {
  const entry = join(home, "broken.ts");
  writeFileSync(entry, "const answer = 42;\nexport const = 1;\n");
  const bundled = bundle({ entry, directory: join(home, "broken") });
  await expect(bundled).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/broken\.ts:2: /),
  });
}, 30_000);
