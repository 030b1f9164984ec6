import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { IssuesError, UserError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import type { Plan } from "../plan/step.ts";
import { cancelEngine } from "../run/client.ts";
import { goOn, nextOf } from "./ending.ts";
import { openOutlet, resultOf, tellEnd } from "./outlet.ts";
import { planText } from "./plan-text.ts";
import { work } from "./work.ts";

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
    const text = await readInput(flags.answers);
    const passphrase = flags.passphraseFile === null ? null : await readInput(flags.passphraseFile);
    const mayBegin = async (plan: Plan) => {
      if (flags.dryRun) write(planText(plan));
      return !flags.dryRun;
    };
    const outcome = await work(
      { text, name: flags.answers },
      {
        ...{ outlet, signal: stop.signal, mayBegin, abortedIs: "stopped" },
        secrets: new Map(passphrase === null ? [] : [["layout.passphrase", passphrase]]),
      },
    );
    await outlet.close();
    // Without a word in the answers who called this decides.
    const next = flags.dryRun ? "stop" : nextOf(outcome.result, outcome.answers, "stop");
    await goOn(next, { exec, say: outlet.say, isFailure: outcome.exitCode !== 0 });
    return outcome.exitCode;
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
