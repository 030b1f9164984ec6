import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";

/** A file of the unpacked bundle. */
export interface BundleFile {
  /** Below the directory that has the bundle: "kexec/run". */
  readonly path: string;
  readonly source: string;
  readonly size: number;
  readonly sha256: string;
  readonly mode: number;
}

/** Unpacks the kexec bundle below `cache`, once for each of its contents, and tells what is in it. Throws UserError where it is missing. */
export async function openBundle(bundle: string, cache: string): Promise<readonly BundleFile[]> {
  await access(bundle).catch(() => {
    throw new UserError(`${bundle} is not there.`, { hint: "Build it with scripts/build." });
  });
  const directory = join(cache, (await sha256Of(bundle)).slice(0, 16));
  const isThere = await access(directory).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(cache, { recursive: true });
    const older = await readdir(cache);
    const draft = await mkdtemp(`${directory}.part-`);
    await exec(["tar", "-xzf", bundle, "-C", draft]);
    // Another run may have been faster.
    await rename(draft, directory).catch(() => rm(draft, { recursive: true }));
    // One is enough: each has the image in it. What another run is just unpacking stays.
    for (const name of older.filter((one) => !one.includes(".part-")))
      await rm(join(cache, name), { recursive: true, force: true });
  }
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    sources.sort().map(async (source) => {
      const { size, mode } = await stat(source);
      return {
        path: relative(directory, source),
        source,
        size,
        mode: mode & 0o777,
        sha256: await sha256Of(source),
      };
    }),
  );
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
