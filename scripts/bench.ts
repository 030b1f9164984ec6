import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { IssuesError } from "../tui/base/errors.ts";
import { benchBoot, benchMemory } from "./bench-boot.ts";
import { benchBuild, benchCold, benchSizes } from "./bench-build.ts";
import { runScript } from "./run.ts";

const help = `Usage: scripts/bench [OPTION]... [PART]...

Measures the image and prints one figure a line, with its limit where it has one. Builds the image first if needed.
Parts; without any, all but cold:
  sizes    the files of dist/
  boot     time to the first screen, against debian-installer 13 netboot to its first question
  memory   the least memory in which the first screen comes up
  build    in a copy of this folder: the whole build from a warm cache, and again after a change in tui/
  cold     the whole build with an empty cache: fetches all packages, compiles the ZFS module

  --rounds N         how often each boot is measured (3); the median counts
  --mirror ADDRESS   the Debian mirror for debian-installer and cold. Default: $DABEI_MIRROR, then this machine's apt
  --help             this text
`;

interface BenchOptions {
  readonly top: string;
  readonly rounds: number;
  readonly mirror: string | undefined;
}

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  sizes: ({ top }) => benchSizes(top),
  boot: ({ top, rounds, mirror }) => benchBoot(top, rounds, mirror),
  memory: ({ top }) => benchMemory(top),
  build: ({ top }) => benchBuild(top),
  cold: ({ top, mirror }) => benchCold(top, mirror),
};

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "3" },
      mirror: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return process.stdout.write(help);
  const unknown = positionals.filter((part) => !(part in parts));
  const rounds = Number(values.rounds);
  if (unknown.length > 0 || !(rounds >= 1)) {
    const message =
      unknown.length > 0 ? `There is no part called "${unknown[0]}".` : "--rounds takes a number.";
    throw new IssuesError([{ where: "scripts/bench", message, severity: "error" }]);
  }
  const options = { top: resolve(import.meta.dirname, ".."), rounds, mirror: values.mirror };
  const chosen = positionals.length > 0 ? positionals : Object.keys(parts).filter((part) => part !== "cold");
  for (const part of chosen) await parts[part]?.(options);
});
