import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("thousands of mutated files: answers or issues with a place; never a throw, never a write", () => {
  const program = join(import.meta.dirname, "fuzz-process.ts");
  const seed = `${Math.floor(Math.random() * 2 ** 32)}`;
  const argv = ["--permission", "--allow-fs-read=*", program, seed, "2000"];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const counts = JSON.parse(stdout) as { files: number; good: number; planned: number };
  expect(counts.files).toBe(2000);
  // Or it is no test of what comes after the loader.
  expect(counts.good).toBeGreaterThan(100);
  expect(counts.planned).toBeGreaterThan(10);
}, 300_000);

test("and the check of that: what writes is stopped", () => {
  const script = 'require("node:fs").writeFileSync("/tmp/dabei-must-not-be", "")';
  const { stderr } = spawnSync(process.execPath, ["--permission", "--allow-fs-read=*", "-e", script], {
    encoding: "utf8",
  });
  expect(stderr).toContain("ERR_ACCESS_DENIED");
});
