import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Given, givenOf } from "../answers/given.ts";
import { readAnswers } from "../answers/load.ts";
import { saveAnswers } from "../answers/save.ts";
import { type Issue, IssuesError, UserError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { shellQuote } from "../base/shell.ts";
import { drawFor } from "../machine/draw.ts";
import type { Machine } from "../machine/machine.ts";
import { probeMachine } from "../machine/probe.ts";
import { commandsOf, titleOf } from "../plan/describe.ts";
import type { Plan } from "../plan/step.ts";
import { cancelEngine, startEngine } from "../run/client.ts";
import { stateFiles } from "../run/state.ts";
import { settle } from "../tools/udevadm.ts";
import { followInstallation } from "./follow.ts";
import { prepare } from "./prepare.ts";

type Say = (line: string) => void;

/**
 * `dabei install --answers FILE`: the whole way of the screens, without them. Answers the exit code: 0 installed,
 * 1 failed, 130 stopped. Throws IssuesError for wrong answers.
 */
export async function installCommand(
  argv: readonly string[],
  write: (text: string) => void,
): Promise<number> {
  const flags = flagsOf(argv);
  const say: Say = (line) => write(`nix-dabei ${new Date().toISOString().slice(11, 19)} ${line}\n`);
  const text = await readInput(flags.answers);
  const { answers, issues } = readAnswers(text, flags.answers);
  if (!answers) throw new IssuesError(issues);
  const passphrase = flags.passphraseFile === null ? null : firstLine(await readInput(flags.passphraseFile));
  const machine = await readyMachine(say);
  const circumstances = {
    machine,
    drawn: drawFor(machine),
    given: await given(),
    hasPassphrase: passphrase !== null,
  };
  const { choices, plan } = await prepare(answers, circumstances, { exec, say });
  if (flags.dryRun) {
    write(planText(plan));
    return 0;
  }
  const files = stateFiles();
  mkdirSync(files.directory, { recursive: true });
  await saveAnswers(files.answers, choices, machine);
  return run(plan, passphrase, say);
}

async function run(plan: Plan, passphrase: string | null, say: Say): Promise<number> {
  const stop = () => {
    say("stopping");
    cancelEngine();
  };
  await startEngine(plan, passphrase === null ? {} : { passphrase });
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return followInstallation(say);
}

function flagsOf(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        answers: { type: "string" },
        "passphrase-file": { type: "string" },
        "dry-run": { type: "boolean", default: false },
      },
    });
    if (values.answers === undefined) throw new TypeError("it needs --answers FILE");
    return {
      answers: values.answers,
      passphraseFile: values["passphrase-file"] ?? null,
      dryRun: values["dry-run"],
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const issue: Issue = { where: "dabei install", message: `${error.message}.`, severity: "error" };
    throw new IssuesError([issue]);
  }
}

/** A file; "-" is stdin. */
async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}.`);
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** The machine, when all drivers have had their turn: a disk whose controller comes late counts as well. */
async function readyMachine(say: Say): Promise<Machine> {
  const marker = `${stateFiles().directory}/coldplugged`;
  const isImage = existsSync("/etc/runit/1");
  for (let tries = 0; isImage && !existsSync(marker); tries++) {
    if (tries === 8) say("waiting for the drivers of all devices");
    // It comes after 95 seconds at most; what is later still is a device that hangs.
    if (tries === 1200) say("warning: some drivers are not there yet; going on without them");
    if (tries === 1200) break;
    await wait(250);
  }
  await exec(settle()).catch(() => {});
  return probeMachine(exec);
}

async function given(): Promise<Given> {
  const [commandLine, keys] = await Promise.all([
    readFile("/proc/cmdline", "utf8"),
    readFile("/root/.ssh/authorized_keys", "utf8").catch(() => ""),
  ]);
  return givenOf(commandLine, keys);
}

/** A plan as the review shows it: each step, and the commands that it runs. */
function planText(plan: Plan): string {
  const steps = plan.steps.flatMap((step, index) => [
    `# ${index + 1}. ${titleOf(step)}`,
    ...commandsOf(step).map(shellQuote),
  ]);
  return `${[`# ${plan.summary}`, ...steps].join("\n")}\n`;
}
