import { readFile } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { expect } from "vitest";
import { build } from "../../image/build.ts";
import type { Manifest } from "../../image/manifest.ts";
import { printProgress, silent } from "../../image/progress.ts";
import { mergedPath } from "../../image/source/index.ts";
import { buildTools, type RunTool } from "../../image/tools.ts";

/** One line of unsquashfs's listing. */
export interface ListedPath {
  /** As `ls -l` writes it: "-rwxr-xr-x". */
  readonly mode: string;
  readonly owner: string;
  readonly time: string;
  readonly path: string;
  readonly target: string | undefined;
}

/** The built image, opened with Debian's own unsquashfs: what we wrote is read by a program of others. */
export interface OpenedImage {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly paths: ReadonlyMap<string, ListedPath>;
  /** A file's text. */
  read(path: string): Promise<string>;
  /** Unpacks everything below a directory. */
  unpack(to: string): Promise<void>;
  /** Where a path leads, links followed; undefined where it leads nowhere. */
  follow(path: string): ListedPath | undefined;
}

const directory = resolve(import.meta.dirname, "../../dist");

export async function openImage(): Promise<OpenedImage> {
  await build({ relock: true, progress: printProgress(process.stderr) });
  const tools = await buildTools({ progress: silent });
  const squashfs = join(directory, "rootfs.squashfs");
  const { stdout } = await tools("usr/bin/unsquashfs", ["-lln", squashfs]);
  const paths = new Map(
    stdout
      .split("\n")
      .flatMap(readLine)
      .map((line) => [line.path, line]),
  );
  return {
    directory,
    paths,
    manifest: JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")),
    read: async (path) => (await tools("usr/bin/unsquashfs", ["-cat", squashfs, path])).stdout,
    unpack: (to) => unpack(tools, squashfs, to),
    follow: (path) => follow(paths, path),
  };
}

async function unpack(tools: RunTool, squashfs: string, to: string): Promise<void> {
  await tools("usr/bin/unsquashfs", ["-quiet", "-no-progress", "-dest", to, squashfs]);
}

function follow(paths: OpenedImage["paths"], path: string, depth = 0): ListedPath | undefined {
  const found = paths.get(mergedPath(path));
  if (found?.target === undefined || depth > 9) return found;
  return follow(paths, posix.resolve("/", posix.dirname(found.path), found.target), depth + 1);
}

/** "-rwxr-xr-x 0/0   397 1970-01-01 00:00 squashfs-root/usr/bin/dabei", a link's with " -> target". */
function readLine(line: string): ListedPath[] {
  const match = /^([-dl]\S{9}) (\d+\/\d+) +\d+ (\S+ \S+) squashfs-root\/(.*?)(?: -> (.*))?$/.exec(line);
  if (!match) return [];
  const [, mode, owner, time, path, target] = match;
  return [{ mode: mode!, owner: owner!, time: time!, path: path!, target }];
}

/** Something that an image must have; throws with what is there instead. */
export type Validator = (image: OpenedImage) => void | Promise<void>;

export const hasFile =
  (path: string, mode = "-rw-r--r--"): Validator =>
  (image) =>
    expect(image.follow(path)?.mode, path).toBe(mode);

export const hasProgram = (path: string): Validator => hasFile(path, "-rwxr-xr-x");

export const hasText =
  (path: string, text: string | RegExp): Validator =>
  async (image) =>
    expect(await image.read(path), path).toMatch(text);

export const lacks =
  (pattern: RegExp): Validator =>
  (image) =>
    expect([...image.paths.keys()].filter((path) => pattern.test(path))).toEqual([]);
