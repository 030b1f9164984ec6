import { describe, expect, test } from "vitest";
import { initrdModules, moduleGroups } from "../../../image/modules.ts";

describe.each([
  ["image", moduleGroups],
  ["initrd", initrdModules],
])("the modules of the %s", (_, groups) => {
  const names = groups.flatMap(({ modules }) => modules);

  test("are named as modprobe knows them", () => {
    for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_]*$/);
  });

  test("are each in one group", () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("stand in groups that say what they are for", () => {
    for (const { purpose, modules } of groups) {
      expect(purpose).not.toBe("");
      expect(modules.length).toBeGreaterThan(0);
    }
    expect(new Set(groups.map(({ purpose }) => purpose)).size).toBe(groups.length);
  });
});

test("what the initrd loads is in the image too: udev asks for it again", () => {
  const inImage = new Set(moduleGroups.flatMap(({ modules }) => modules));
  const only = initrdModules.flatMap(({ modules }) => modules).filter((name) => !inImage.has(name));
  expect(only).toEqual([]);
});
