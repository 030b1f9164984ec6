import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../../bundler/bundle.ts";
import { exec } from "../../../tui/base/exec.ts";

let home = "";
let outfile = "";
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "dabei-bundle-"));
  outfile = join(home, "dabei.js");
  await bundle({ outfile });
}, 60_000);
afterAll(() => rmSync(home, { recursive: true }));

test("the bundle runs alone", async () => {
  expect((await exec([process.execPath, outfile, "--version"], { cwd: home })).stdout).toMatch(
    /^nix-dabei \d/,
  );
});

test("it is made for production, small, and names no place of this machine", () => {
  const text = readFileSync(outfile, "utf8");
  expect(text.length).toBeLessThan(1_300_000);
  expect(text).not.toContain("react.development");
  expect(text).not.toContain(join(import.meta.dirname, "../../.."));
});

test("a mistake is told with its place", async () => {
  const entry = join(home, "broken.ts");
  writeFileSync(entry, "const answer = 42;\nexport const = 1;\n");
  const bundled = bundle({ entry, outfile: join(home, "broken.js") });
  await expect(bundled).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/broken\.ts:2: /),
  });
}, 30_000);
