import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { UserError } from "../../tui/base/errors.ts";
import { exec } from "../../tui/base/exec.ts";
import { shellQuote } from "../../tui/base/shell.ts";
import type { BundleFile } from "./bundle.ts";
import type { Linux } from "./memory.ts";
import type { Meter } from "./meter.ts";
import { upload } from "./upload.ts";

export interface StartOptions {
  /** The answer file's text; null for a guided installation. */
  readonly answers: string | null;
  /** A private key for a machine that has none to keep; null for the others. */
  readonly hostKey: string | null;
  /** Kernel parameters. */
  readonly append: string;
}

/** Sends the bundle to another system and has its `run` start the image; `argv` is ssh up to the command. Throws UserError when that refuses. */
export async function startImage(
  argv: readonly string[],
  linux: Linux,
  files: readonly BundleFile[],
  options: StartOptions,
  meter: Meter,
): Promise<void> {
  if (linux.room === null)
    throw new UserError("The machine has no place with room for the image.", {
      hint: "Free some hundred megabytes in the home directory, /var/tmp or /tmp.",
    });
  const root = linux.asRoot ?? [];
  const directory = `${linux.room.directory}/nix-dabei`;
  await upload(argv, directory, files, meter);
  const words = options.append === "" ? [] : ["--append", options.append];
  for (const [option, name, secret] of [
    ["--answers", "answers.yaml", options.answers],
    ["--host-key", "host-key", options.hostKey],
  ] as const) {
    if (secret === null) continue;
    // In memory, and readable for root alone.
    const file = `/run/nix-dabei-${name}`;
    const write = [...root, "sh", "-c", 'umask 077; cat >"$1"', "sh", file];
    await exec([...argv, shellQuote(write)], { input: secret });
    words.push(option, file);
  }
  const command = shellQuote([...root, `${directory}/kexec/run`, ...words]);
  let isStarting = false;
  const { exitCode } = await readLines(
    [...argv, `TMPDIR=${shellQuote([directory])} exec ${command}`],
    (line) => {
      isStarting ||= line.includes("machine will boot into nixos");
      meter.say(`  ${line}`);
    },
  );
  if (!isStarting)
    throw new UserError(`The machine was not started anew (exit code ${exitCode}); it runs as before.`, {
      hint: "What stands above says why.",
    });
}

/** Runs a program and tells each line that it prints. */
export async function readLines(
  argv: readonly string[],
  onLine: (line: string) => void,
): Promise<{ exitCode: number }> {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
  const [code] = await once(child, "close");
  return { exitCode: code ?? -1 };
}
