import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cached, findUsed, pruneCache } from "../../../image/cache.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "dabei-cache-"));
  vi.stubEnv("XDG_CACHE_HOME", home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const days = (count: number) => new Date(Date.now() - count * 24 * 3600 * 1000);
const fill = async (directory: string) => writeFileSync(join(directory, "content"), "made");

test("what is in the cache is made once", async () => {
  const make = vi.fn(fill);
  const first = await cached("things", { version: 1 }, make);
  expect(await cached("things", { version: 1 }, make)).toBe(first);
  expect(await cached("things", { version: 2 }, make)).not.toBe(first);
  expect(make).toHaveBeenCalledTimes(2);
});

test("what was made in part is not there", async () => {
  const broken = cached("things", 1, async (directory) => {
    await fill(directory);
    throw new Error("cut off");
  });
  await expect(broken).rejects.toThrow("cut off");
  const whole = await cached("things", 1, fill);
  expect(existsSync(join(whole, "content"))).toBe(true);
});

test("pruning deletes what was not used for 30 days, and finding is using", async () => {
  const old = await cached("things", "old", fill);
  const used = await cached("things", "used", fill);
  const block = join(home, "nix-dabei/blocks/1234");
  mkdirSync(join(block, ".."), { recursive: true });
  writeFileSync(block, "block");
  for (const path of [old, used, block]) utimesSync(path, days(31), days(31));
  await cached("things", "used", fill);
  expect(await findUsed(join(home, "nix-dabei/blocks/none"))).toBe(false);
  await pruneCache();
  expect([old, used, block].map((path) => existsSync(path))).toEqual([false, true, false]);
  expect(Date.now() - statSync(used).mtimeMs).toBeLessThan(3_600_000);
});

test("where there is no cache there is nothing to prune", async () => {
  await expect(pruneCache()).resolves.toBeUndefined();
});
