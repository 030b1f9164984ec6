import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheRoot } from "../../image/cache.ts";
import type { Manifest } from "../../image/manifest.ts";
import { exec } from "../../tui/base/exec.ts";

const top = resolve(import.meta.dirname, "../..");

const home = await mkdtemp(join(tmpdir(), "dabei-twice-"));
const one = join(home, "one");
const other = join(home, "another/place for it");
let first: Manifest;
beforeAll(async () => {
  // Both copies before the first build: who works on the tree meanwhile does not disturb.
  for (const place of [one, other]) await copySources(place);
  first = await build(one, "022");
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** The working tree as git sees it, with the installed npm packages. */
async function copySources(to: string): Promise<void> {
  const { stdout } = await exec(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: top,
  });
  for (const path of stdout.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(top, path), join(to, path), { verbatimSymlinks: true }).catch(
      (error: NodeJS.ErrnoException) => {
        // Listed, but deleted since.
        if (error.code !== "ENOENT") throw error;
      },
    );
  }
  await symlink(join(top, "node_modules"), join(to, "node_modules"));
}

async function build(
  sources: string,
  umask: string,
  options: { cpu?: string; env?: Record<string, string> } = {},
) {
  const node = [process.execPath, "scripts/build.ts", "--output", join(sources, "out")];
  const command = options.cpu === undefined ? node : ["taskset", "--cpu-list", options.cpu, ...node];
  await exec(["sh", "-c", 'umask "$1"; shift; exec "$@"', "sh", umask, ...command], {
    cwd: sources,
    env: options.env ?? {},
  });
  return JSON.parse(await readFile(join(sources, "out/manifest.json"), "utf8")) as Manifest;
}

test("another path, umask, time zone, number of cpus and an empty cache give the same bytes", async () => {
  await exec(["chmod", "-R", "go-rwx", other]);
  const cache = join(home, "cache");
  await mkdir(join(cache, "nix-dabei"), { recursive: true });
  // The module takes ten minutes:. The .debs are checked by digest anyway.
  for (const name of ["debs", "zfs-modules"])
    await symlink(join(cacheRoot(), name), join(cache, "nix-dabei", name));
  const second = await build(other, "077", {
    cpu: "0",
    env: { XDG_CACHE_HOME: cache, TZ: "Asia/Tokyo", LC_ALL: "C" },
  });
  expect(second).toEqual(first);
});

test("a change of the installer alone leaves all else as it was", async () => {
  const before = await readFile(join(one, "out/rootfs.squashfs"));
  await appendFile(join(one, "tui/main.tsx"), '\nprocess.env.CHANGED = "yes";\n');
  const changed = await build(one, "022");
  expect(changed.files["rootfs.squashfs"]!.sha256).not.toBe(first.files["rootfs.squashfs"]!.sha256);
  expect(changed.files.vmlinuz).toEqual(first.files.vmlinuz);
  const after = await readFile(join(one, "out/rootfs.squashfs"));
  // The superblock tells sizes; behind it come packages and drivers, and the installer last.
  const same = before.subarray(96).findIndex((byte, index) => byte !== after[index + 96]);
  expect(same / before.length).toBeGreaterThan(0.97);
});
