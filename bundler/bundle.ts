import { relative, resolve } from "node:path";
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
  /** Paths of the sources, relative to the repository. */
  readonly sources: readonly string[];
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
  return { sources: Object.keys(metafile.inputs).sort() };
}
