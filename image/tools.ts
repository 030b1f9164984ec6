import { join } from "node:path";
import { type ExecResult, exec } from "../tui/base/exec.ts";
import { type SourceOptions, unpackGroup } from "./source/index.ts";

/** Runs a locked program by its path below its packages' root, such as "usr/bin/mksquashfs", as `name`. */
export type RunTool = (path: string, argv: readonly string[], name?: string) => Promise<ExecResult>;

/**
 * The locked build tools. They run through their own loader with their own libraries, so that the host's C library
 * and versions play no part in what comes out.
 */
export async function buildTools(options: SourceOptions): Promise<RunTool> {
  const root = await unpackGroup("tools", options);
  const loader = join(root, "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  const libraries = join(root, "usr/lib/x86_64-linux-gnu");
  return (path, argv, name = path.split("/").at(-1)!) =>
    exec([loader, "--library-path", libraries, "--argv0", name, join(root, path), ...argv], {
      // mksquashfs makes every time later than this one the same.
      env: { SOURCE_DATE_EPOCH: "0" },
    });
}
