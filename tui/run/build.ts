import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { ToolError, UserError } from "../base/errors.ts";
import { FlakeError, sentenceOf } from "../flake/errors.ts";
import { endedEarly } from "../flake/nix.ts";
import { newNixLog, readLine } from "../flake/nix-log.ts";
import type { NixMessage } from "../flake/nix-words.ts";
import { progressOf } from "../flake/progress.ts";
import { commandsOf } from "../plan/describe.ts";
import type { StepOf } from "../plan/step.ts";
import type { StepContext } from "./resume.ts";

/**
 * Evaluates, downloads and builds the system into the target's store; its path is kept for the steps after it.
 * Store, temporary files and caches are all on the target: RAM would not hold them. Safe to repeat: finished paths stay.
 */
export async function buildSystem(step: StepOf<"build-system">, context: StepContext): Promise<void> {
  const [command = []] = commandsOf(step);
  const path = await runNixBuild(command, makeScratch(step.root), context);
  writeFileSync(context.files.system, `${path}\n`);
  // A failed run keeps it: the sources of the flake need not be fetched again then.
  rmSync(scratchOf(step.root), { recursive: true, force: true });
}

const scratchOf = (root: string) => `${root}/nix/tmp-nix-dabei`;

/** A place on the target for caches and temporary files of nix, made; as nix's environment. */
export function makeScratch(root: string): Readonly<Record<string, string>> {
  const scratch = scratchOf(root);
  mkdirSync(`${scratch}/cache`, { recursive: true });
  // nix checks that builds cannot be looked into by others.
  chmodSync(scratch, 0o700);
  return { TMPDIR: scratch, XDG_CACHE_HOME: `${scratch}/cache` };
}

/** Builds disko's scripts into RAM. What fails here has cost nothing, and that is said. */
export async function buildDisko(step: StepOf<"build-disko">, context: StepContext): Promise<void> {
  const [command = []] = commandsOf(step);
  try {
    await runNixBuild(command, {}, context);
  } catch (error) {
    if (!(error instanceof FlakeError)) throw error;
    throw new UserError(error.message, { hint: "The disks are as they were." });
  }
}

/** Runs `nix build` with its progress told and its words logged, and answers the last path that it printed. */
export async function runNixBuild(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  { recorder, probe, report }: StepContext,
): Promise<string> {
  recorder.announce(command);
  const log = newNixLog();
  let path = "";
  // What sentenceOf reads: nix's own words, and the end of what builders wrote. All of it would be megabytes.
  let words: string[] = [];
  let built: string[] = [];
  const take = (message: NixMessage) => {
    if (message.kind === "build-log") built = [...built.slice(-9), `  > ${message.text}`];
    else words = [...words.slice(-199), message.text];
    for (const line of message.text.split("\n")) recorder.note(line);
  };
  const timer = setInterval(() => report(progressOf(log)), 500);
  try {
    await probe([...command, "--log-format", "internal-json", "-v"], {
      env: { TERM: "dumb", ...env },
      keep: false,
      onLine: (line, stream) => {
        if (stream === "stdout") path = line.trim() || path;
        else {
          const message = readLine(log, line);
          if (message) take(message);
        }
      },
    });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw endedEarly(error) ?? new FlakeError(sentenceOf([...words, ...built].join("\n")));
  } finally {
    clearInterval(timer);
  }
  report(progressOf(log));
  return path;
}
