import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readLinkage } from "../../../../image/elf.ts";
import { nodeBinary } from "../../../../image/node.ts";
import { keeper, matcher } from "../../../../image/tree/keep.ts";
import type { Tree } from "../../../../image/tree/tree.ts";

test.each([
  ["usr/bin/nix-*", "usr/bin/nix-build", true],
  ["usr/bin/nix-*", "usr/bin/nix", false],
  ["usr/bin/nix-*", "usr/bin/nix-x/y", false],
  ["usr/share/zfs/", "usr/share/zfs/a/b", true],
  ["usr/share/zfs/", "usr/share/zfsx", false],
  ["usr/lib/libz.so.1", "usr/lib/libzxsox1", false],
])("%s and %s: %s", (pattern, path, matches) => {
  expect(matcher(pattern)(path)).toBe(matches);
});

function unpacked(): string {
  const root = mkdtempSync(join(tmpdir(), "dabei-keep-"));
  mkdirSync(join(root, "usr/bin"), { recursive: true });
  writeFileSync(join(root, "usr/bin/dash"), "#!", { mode: 0o755 });
  symlinkSync("dash", join(root, "usr/bin/ash"));
  symlinkSync("/bin/ash", join(root, "usr/bin/sh"));
  return root;
}

test("a link brings what it points to, through a merged /usr", async () => {
  const tree: Tree = new Map();
  await (await keeper(unpacked(), tree)).keep("usr/bin/sh", "dash");
  expect([...tree.keys()].sort()).toEqual(["usr/bin/ash", "usr/bin/dash", "usr/bin/sh"]);
  expect(tree.get("usr/bin/dash")).toMatchObject({ kind: "file", mode: 0o755, seed: "dash" });
});

test("a pattern that matches nothing is an error that says where it stands", async () => {
  const { keep } = await keeper(unpacked(), new Map());
  await expect(keep("usr/bin/fish", "dash")).rejects.toThrow("The package dash has no usr/bin/fish");
});

test("a program brings its loader and libraries, or the lack of one is told", async () => {
  const root = unpacked();
  const { needed } = readLinkage(readFileSync(nodeBinary));
  mkdirSync(join(root, "usr/lib/x86_64-linux-gnu"), { recursive: true });
  mkdirSync(join(root, "usr/lib64"));
  for (const name of needed) writeFileSync(join(root, "usr/lib/x86_64-linux-gnu", name), "");
  writeFileSync(join(root, "usr/lib64/ld-linux-x86-64.so.2"), "");
  const tree: Tree = new Map();
  const node = readFileSync(nodeBinary);
  await (await keeper(root, tree)).keepLibraries(node, "usr/bin/node", "node");
  expect([...tree.keys()]).toContain("usr/lib64/ld-linux-x86-64.so.2");
  for (const name of needed)
    expect(
      [...tree.keys()].some((path) => path.endsWith(`/${name}`)),
      name,
    ).toBe(true);
  rmSync(join(root, "usr/lib/x86_64-linux-gnu/libstdc++.so.6"));
  const lacking = await keeper(root, new Map());
  await expect(lacking.keepLibraries(node, "usr/bin/node", "node")).rejects.toThrow("needs libstdc++.so.6");
});
