import { expect, test } from "vitest";
import { applets, links, seeds } from "../../../image/packages.ts";

test("every package is asked for once, with a reason", () => {
  const names = seeds.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { why } of seeds) expect(why).not.toBe("");
});

test("what is kept lies under the merged /usr, /etc or /var", () => {
  for (const path of seeds.flatMap(({ keep }) => keep)) expect(path).toMatch(/^(usr|etc|var)\/[^/]/);
});

test("no rule that activates what it finds is kept", () => {
  const rules = seeds.flatMap(({ keep }) => keep).filter((path) => path.endsWith(".rules"));
  for (const rule of rules) expect(rule).not.toMatch(/md-raid-assembly|69-lvm|90-zfs|btrfs/);
});

test("no busybox applet hides a program that is kept", () => {
  const kept = new Set(seeds.flatMap(({ keep }) => keep).map((path) => path.replace(/^usr\/s?bin\//, "")));
  const linked = new Set(Object.keys(links).map((path) => path.replace(/^usr\/s?bin\//, "")));
  expect(applets.filter((name) => kept.has(name) || linked.has(name))).toEqual([]);
  expect(new Set(applets).size).toBe(applets.length);
});
