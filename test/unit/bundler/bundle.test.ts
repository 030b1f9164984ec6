import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../../bundler/bundle.ts";
import { exec } from "../../../tui/base/exec.ts";

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
});

test("the stand-in for string-width measures as that does", async () => {
  const entry = join(home, "widths.ts");
  writeFileSync(
    entry,
    'import width from "string-width";\nconsole.log(JSON.stringify(JSON.parse(process.argv[2]).map((it) => width(...it))));\n',
  );
  await bundle({ entry, directory: join(home, "widths") });
  const narrow = { ambiguousIsNarrow: false };
  const texts = [
    "",
    "a─b",
    "\x1b[1;31mred\x1b[39m",
    "漢字",
    "e\u0301",
    "👩‍👩‍👧",
    "\x1b[1m漢",
    "\t",
    "a\u200bb",
    "\x1b]8;;x\x07link",
  ];
  const calls = texts.flatMap(
    (text) => [[text], [text, { countAnsiEscapeCodes: true }], [text, narrow]] as const,
  );
  const { stdout } = await exec([process.execPath, join(home, "widths/dabei.js"), JSON.stringify(calls)], {
    cwd: home,
  });
  expect(JSON.parse(stdout)).toEqual(calls.map(([text, options]) => stringWidth(text, options)));
}, 30_000);

test("a mistake is told with its place", async () => {
  const entry = join(home, "broken.ts");
  writeFileSync(entry, "const answer = 42;\nexport const = 1;\n");
  const bundled = bundle({ entry, directory: join(home, "broken") });
  await expect(bundled).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/broken\.ts:2: /),
  });
}, 30_000);
