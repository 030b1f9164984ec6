import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { readAnswers } from "../answers/load.ts";
import { IssuesError, UserError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { drawFor } from "../machine/draw.ts";
import { probeMachine } from "../machine/probe.ts";
import { planOf } from "../plan/plan.ts";
import { readGiven } from "../run/given.ts";
import { decide } from "./decide.ts";
import { answersDisk, loadSource, lookForSources } from "./load.ts";
import { planText } from "./plan-text.ts";
import { nameOf, sourcesOf } from "./sources.ts";

/**
 * `dabei unattended --dry-run`: finds and reads the answers as a boot does, and prints the plan that they make here.
 * Nothing is written, and nix is not asked. Throws what a boot would stop at.
 */
export async function tryCommand(argv: readonly string[], write: (text: string) => void): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      "dry-run": { type: "boolean" },
      "command-line": { type: "string" },
      from: { type: "string" },
    },
  });
  const found = await lookForSources(exec);
  const { sources, issues } = sourcesOf({
    ...found,
    commandLine: values["command-line"] ?? found.commandLine,
  });
  if (issues.length > 0) throw new IssuesError(issues);
  for (const source of sources) write(`# found: ${source.from}, ${nameOf(source)}\n`);
  const source =
    values.from === undefined
      ? sources[0]
      : sources.find((one) => values.from === (one.from === "credential" ? one.way : one.from));
  if (!source) throw new UserError("There are no answers here.");
  const { text, name } = await loadSource(source, { exec, say: (line) => write(`# ${line}\n`), most: 1 });
  if (source.from === "device") await exec(["umount", answersDisk]);
  write(`# read: ${name}, SHA-256 ${createHash("sha256").update(text).digest("hex")}\n`);
  const { answers, issues: mistakes } = readAnswers(text, name);
  if (!answers) throw new IssuesError(mistakes);
  const machine = await probeMachine(exec);
  const given = await readGiven();
  const decided = decide(answers, { machine, drawn: drawFor(machine), given, hasPassphrase: true });
  const { flake } = decided.choices;
  const choices = { ...decided.choices, flake: { ...flake, host: flake.host || "HOST" } };
  const { plan, issues: ofPlan } = planOf(machine, choices);
  const wrong = [...decided.issues, ...ofPlan];
  if (!plan || wrong.some(({ severity }) => severity === "error")) throw new IssuesError(wrong);
  write(planText(plan));
  return 0;
}
