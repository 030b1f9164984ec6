import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findSymbol } from "../../../image/elf.ts";
import { neededItems, readItems, trimPackage } from "../../../image/icu.ts";
import { nodeBinary } from "../../../image/node.ts";

const node = readFileSync(nodeBinary);
const { offset, size } = findSymbol(node, "icudt78_dat")!;
const data = node.subarray(offset, offset + size);

test("the kept items are the same bytes, in a package a tenth as large", () => {
  const isNeeded = (name: string) => neededItems.some((pattern) => pattern.test(name));
  const before = new Map(readItems(data).map((item) => [item.name, item.bytes]));
  const trimmed = trimPackage(data, isNeeded);
  expect(trimmed.length).toBeLessThan(data.length / 8);
  const after = readItems(trimmed);
  expect(after.map((item) => item.name)).toContain("icudt78l/brkitr/char.brk");
  // Behind an item's end there may be bytes that align the next one.
  for (const { name, bytes } of after)
    expect(bytes.subarray(0, before.get(name)!.length).equals(before.get(name)!)).toBe(true);
});

test("every pattern of the list keeps something", () => {
  const names = readItems(data).map((item) => item.name.slice(item.name.indexOf("/") + 1));
  for (const pattern of neededItems)
    expect(
      names.filter((name) => pattern.test(name)),
      String(pattern),
    ).not.toEqual([]);
});

test("anything else is refused", () => {
  expect(() => readItems(Buffer.alloc(200))).toThrow("not an ICU data package");
});
