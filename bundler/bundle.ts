import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type BuildFailure, build } from "esbuild";
import { UserError } from "../tui/base/errors.ts";

const top = resolve(import.meta.dirname, "..");

export interface BundleOptions {
  /** @default tui/main.tsx */
  readonly entry?: string;
  readonly outfile: string;
}

/** What went into a bundle. */
export interface Bundle {
  /** The npm packages whose code is in it. */
  readonly packages: readonly NpmPackage[];
}

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/**
 * Makes one ESM file for the image's Node. The same sources give the same bytes, wherever they lie.
 * Throws UserError, with file and line of the first mistake that esbuild finds.
 */
export async function bundle({ entry = `${top}/tui/main.tsx`, outfile }: BundleOptions): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: top,
    entryPoints: [relative(top, entry)],
    outfile,
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
    alias: { "react-devtools-core": "./bundler/no-devtools.ts" },
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
  return { packages: [...unique.values()] };
}

/** An installed npm package, by its folder. */
export async function readPackage(folder: string): Promise<NpmPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return { name, version, licence: license ?? "not declared" };
}
