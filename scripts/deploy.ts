import { existsSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { joinAuthorizedKeys } from "../image/authorized-keys.ts";
import { readAnswers } from "../tui/answers/load.ts";
import { IssuesError, UserError } from "../tui/base/errors.ts";
import { openBundle } from "./remote/bundle.ts";
import { deploy } from "./remote/deploy.ts";
import { Lender } from "./remote/lend.ts";
import { Machine } from "./remote/machine.ts";
import { nothingYet } from "./remote/memory.ts";
import { meterOn } from "./remote/meter.ts";
import { type DeployFlags, help, readDeployFlags } from "./remote/options.ts";
import { Ssh } from "./remote/ssh.ts";
import { memoryFile, readMemory, writeMemory } from "./remote/store.ts";
import { runScript } from "./run.ts";

const top = resolve(import.meta.dirname, "..");
const cache = join(top, ".cache/deploy");

await runScript(async () => {
  const argv = process.argv.slice(2);
  if (argv.includes("--help")) return process.stdout.write(help);
  const flags = readDeployFlags(argv);
  const answers = flags.answers === null ? null : readText(flags.answers);
  const bundle = resolve(flags.bundle ?? join(top, "dist/nix-dabei-kexec-x86_64.tar.gz"));
  const meter = meterOn(process.stdout);
  const ssh = await Ssh.open(flags.target);
  // Ctrl-C ends the script here; what runs over there goes on.
  process.once("SIGINT", () => process.exit(130));
  const file = memoryFile(cache, flags.target);
  let lender: Lender | undefined;
  const lend = async (argv: readonly string[]) => {
    lender ??= await Lender.open(argv, meter);
    await lender.lend();
  };
  if (flags.buildHere) await Lender.check();
  try {
    process.exitCode = await deploy(flags.again ? nothingYet : await readMemory(file), {
      machine: new Machine(ssh, meter),
      meter,
      files: () => openBundle(bundle, join(cache, "bundle")),
      answers,
      onSuccess: answers === null ? "reboot" : onSuccessOf(answers, flags.answers ?? ""),
      append: parametersOf(flags),
      ...(flags.buildHere ? { lend } : {}),
      // What is sent, and what kexec/run appends to it.
      needed: existsSync(bundle) ? (await stat(bundle)).size * 1.2 : 0,
      keep: (memory) => writeMemory(file, memory),
    });
  } finally {
    await lender?.close();
    await ssh.close();
  }
});

/** Wrong answers are told here, before anything is done there. */
function onSuccessOf(text: string, name: string) {
  const { answers, issues } = readAnswers(text, name);
  if (!answers) throw new IssuesError(issues);
  return answers.onSuccess ?? "reboot";
}

function parametersOf({ flake, append, authorizedKeys }: DeployFlags): string {
  const keys = joinAuthorizedKeys(authorizedKeys.map((name) => ({ name, text: readText(name) })));
  return [
    ...(flake === null ? [] : [`dabei.flake=${flake}`]),
    ...keys
      .split("\n")
      .filter(Boolean)
      .map((key) => `dabei.ssh-key=${Buffer.from(key).toString("base64")}`),
    append,
  ]
    .filter(Boolean)
    .join(" ");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
