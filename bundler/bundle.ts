import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type BuildFailure, build } from "esbuild";
import { UserError } from "../tui/base/errors.ts";

const top = resolve(import.meta.dirname, "..");

export interface BundleOptions {
  /** @default tui/main.tsx */
  readonly entry?: string;
  /** Where the files go; what was in it is deleted. */
  readonly directory: string;
}

/** What was bundled. */
export interface Bundle {
  /** Names of the files in the directory: dabei.js, which is to be run, and what it loads. */
  readonly files: readonly string[];
  /** The npm packages whose code is in them. */
  readonly packages: readonly NpmPackage[];
}

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/**
 * Makes ESM files for the image's Node: the program, and in a file of its own what it loads by import() when that is
 * needed. In one file, Node would load every module of its own that any part imports, and parse all of it, before the
 * first line runs: three times what starting Node costs. The same sources give the same bytes, wherever they lie.
 * Throws UserError, with file and line of the first mistake that esbuild finds.
 */
export async function bundle({ entry = `${top}/tui/main.tsx`, directory }: BundleOptions): Promise<Bundle> {
  await rm(directory, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: top,
    entryPoints: [{ in: relative(top, entry), out: "dabei" }],
    outdir: directory,
    splitting: true,
    chunkNames: "[name]-[hash]",
    // The hashes are of the inputs' paths, too: a node_modules that is a link must not lead out of the tree.
    preserveSymlinks: true,
    metafile: true,
    bundle: true,
    // Top-level await, in ink and yoga, exists in ESM alone.
    format: "esm",
    platform: "node",
    target: "node24",
    jsx: "automatic",
    minify: true,
    // A stack in a log should name the function.
    keepNames: true,
    legalComments: "none",
    // Node's platform alone leaves React's development build in, at twice the size.
    define: { "process.env.NODE_ENV": '"production"' },
    // Ink imports it under a condition that esbuild cannot see through; as external it would be looked for at the start.
    alias: {
      "react-devtools-core": "./bundler/no-devtools.ts",
      "string-width": "./bundler/lazy-string-width.ts",
    },
    // CommonJS dependencies call require().
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: "silent",
  }).catch((cause: BuildFailure) => {
    const [first] = cause.errors ?? [];
    if (!first) throw cause;
    const place = first.location ? `${first.location.file}:${first.location.line}: ` : "";
    throw new UserError(`The installer cannot be bundled: ${place}${first.text}`, { cause });
  });
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  );
  const packages = await Promise.all(
    [...new Set(folders)].sort().map((folder) => readPackage(resolve(top, folder))),
  );
  // One package may be installed at several places.
  const unique = new Map(packages.map((it) => [`${it.name} ${it.version}`, it]));
  // Node would otherwise read each file to find out which kind of module it is.
  await writeFile(join(directory, "package.json"), '{ "type": "module" }\n');
  return { files: (await readdir(directory)).sort(), packages: [...unique.values()] };
}

/** An installed npm package, by its folder. */
export async function readPackage(folder: string): Promise<NpmPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return { name, version, licence: license ?? "not declared" };
}
