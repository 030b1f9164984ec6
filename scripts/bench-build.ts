import { existsSync } from "node:fs";
import { appendFile, cp, mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../image/build.ts";
import { formatDuration } from "../image/progress.ts";
import { exec } from "../tui/base/exec.ts";

/** The sizes of what is built, and of the three files that make the system. */
export async function benchSizes(top: string): Promise<void> {
  await build();
  const size = async (name: string) => (await stat(join(top, "dist", name))).size;
  const tell = (what: string, bytes: number, limit = "") =>
    console.log(`${what.padEnd(46)} ${(bytes / 1e6).toFixed(1)} MB (${bytes} bytes)${limit}`);
  const parts = ["vmlinuz", "initrd", "rootfs.squashfs"];
  for (const name of [...parts, "initrd-full"]) tell(name, await size(name));
  const sizes = await Promise.all(parts.map(size));
  tell(
    "kernel, initrd and squashfs",
    sizes.reduce((sum, bytes) => sum + bytes),
    ", limit 90 MB",
  );
}

/** The times of a build that finds its cache, and of the next one after a change in tui/. */
export async function benchBuild(top: string): Promise<void> {
  await build();
  await inCopy(top, async (copy) => {
    await timeBuild(copy, "whole build, warm cache", "3:00");
    // A statement with an effect: minifying must not drop it.
    await appendFile(
      join(copy, "tui/main.tsx"),
      `\nprocess.title += ${JSON.stringify(String(Date.now()))};\n`,
    );
    await timeBuild(copy, "build after a change in tui/", "15 s");
  });
}

/** The time of a build that has nothing. */
export async function benchCold(top: string, mirror: string | undefined): Promise<void> {
  await inCopy(top, async (copy) => {
    const environment = {
      XDG_CACHE_HOME: join(copy, ".cache/cold"),
      ...(mirror ? { DABEI_MIRROR: mirror } : {}),
    };
    await timeBuild(copy, "whole build, empty cache", "25:00", environment);
  });
}

/** Works in a copy of the files that git knows or would take; that leaves this folder's dist/ alone. */
async function inCopy(top: string, work: (copy: string) => Promise<void>): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), "dabei-bench-"));
  try {
    const list = ["git", "-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    for (const path of (await exec(list)).stdout.split("\0").filter(Boolean)) {
      // A file that git knows may be gone.
      if (!existsSync(join(top, path))) continue;
      await cp(join(top, path), join(copy, path));
    }
    await symlink(join(top, "node_modules"), join(copy, "node_modules"));
    await work(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function timeBuild(
  copy: string,
  what: string,
  limit: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const started = performance.now();
  await exec([process.execPath, join(copy, "scripts/build.ts")], { cwd: copy, env });
  console.log(`${what.padEnd(46)} ${formatDuration(performance.now() - started)} (limit ${limit})`);
}
