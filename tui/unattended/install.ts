import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { readAnswers } from "../answers/load.ts";
import { IssuesError, UserError } from "../base/errors.ts";
import { shellQuote } from "../base/shell.ts";
import { commandsOf, titleOf } from "../plan/describe.ts";
import type { Plan } from "../plan/step.ts";
import { cancelEngine } from "../run/client.ts";
import { install } from "./installation.ts";
import { openOutlet, resultOf, tellEnd } from "./outlet.ts";

/**
 * `dabei install --answers FILE`: the whole way of the screens, without them. Answers the exit code: 0 installed,
 * 1 failed, 2 wrong answers, 130 stopped.
 */
export async function installCommand(
  argv: readonly string[],
  write: (text: string) => void,
): Promise<number> {
  const flags = flagsOf(argv);
  const outlet = openOutlet(write);
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      outlet.say("stopping");
      stop.abort(new DOMException(`stopped by ${name}`, "AbortError"));
      cancelEngine();
    });
  }
  try {
    const { answers, issues } = readAnswers(await readInput(flags.answers), flags.answers);
    if (!answers) throw new IssuesError(issues);
    const passphrase =
      flags.passphraseFile === null ? null : firstLine(await readInput(flags.passphraseFile));
    const mayBegin = async (plan: Plan) => {
      if (flags.dryRun) write(planText(plan));
      return !flags.dryRun;
    };
    const result = await install(answers, { outlet, signal: stop.signal, passphrase, mayBegin });
    return result === null ? 0 : tellEnd(outlet, result);
  } catch (error) {
    return tellEnd(outlet, resultOf(error), error);
  } finally {
    await outlet.close();
  }
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
    throw new IssuesError([{ where: "dabei install", message: `${error.message}.`, severity: "error" }]);
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

/** A plan as the review shows it: each step, and the commands that it runs. */
function planText(plan: Plan): string {
  const steps = plan.steps.flatMap((step, index) => [
    `# ${index + 1}. ${titleOf(step)}`,
    ...commandsOf(step).map(shellQuote),
  ]);
  return `${[`# ${plan.summary}`, ...steps].join("\n")}\n`;
}
