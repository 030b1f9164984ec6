import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findSymbol, isElf, readLinkage } from "../../../image/elf.ts";
import { nodeBinary } from "../../../image/node.ts";

const node = readFileSync(nodeBinary);

test("what a program needs", () => {
  const { interpreter, needed, runpath } = readLinkage(node);
  expect(interpreter).toBe("/lib64/ld-linux-x86-64.so.2");
  expect(needed).toContain("libc.so.6");
  expect(needed).toContain("libstdc++.so.6");
  expect(runpath).toEqual([]);
});

test("a symbol's place in the file", () => {
  const { offset, size } = findSymbol(node, "icudt78_dat")!;
  expect(node.toString("latin1", offset + 12, offset + 16)).toBe("CmnD");
  expect(size).toBeGreaterThan(30_000_000);
  expect(findSymbol(node, "no_such_symbol")).toBeUndefined();
});

test("other files are told apart", () => {
  expect(isElf(Buffer.from("#!/bin/sh\n"))).toBe(false);
  expect(() => readLinkage(Buffer.alloc(100))).toThrow("not a 64-bit");
});
