import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { withFiles } from "../tui/answers/files.ts";
import { answersJsonSchemaText } from "../tui/answers/json-schema.ts";
import { readAnswers } from "../tui/answers/load.ts";
import type { Answers } from "../tui/answers/schema.ts";
import { type Issue, UserError } from "../tui/base/errors.ts";
import { loadMachine } from "../tui/machine/recorded.ts";
import { checkReading } from "./answers-check.ts";
import { answersPage } from "./answers-page.ts";
import { runScript } from "./run.ts";

const help = `Usage: scripts/answers check FILE [--machine MACHINE.json]
       scripts/answers schema
       scripts/answers docs

check    says all that is wrong with an answer file; with a recorded machine also which disks it takes, why it does
         not take the others, and the plan with its exact commands, by the code that runs there. Nothing is written.
         Exit code 0 when it is good, 2 when not.
schema   prints the JSON Schema of answer files.
docs     writes docs/answers.md and docs/answers.schema.json, which are made from the schema.

\`ssh root@HOST dabei machine --json\` records a machine.
`;

const docs = resolve(import.meta.dirname, "../docs");

/** Files that the answers name may be on the machine alone. */
async function filesHere(answers: Answers | null): Promise<{ answers: Answers | null; issues: Issue[] }> {
  if (!answers) return { answers, issues: [] };
  const read = await withFiles(answers);
  const issues = read.issues.map((issue): Issue => ({ ...issue, severity: "warning" }));
  const files = read.answers.system?.files?.map(({ file: missing, ...rest }) =>
    missing === undefined ? rest : { ...rest, content: "" },
  );
  return {
    answers: files ? { ...read.answers, system: { ...read.answers.system, files } } : read.answers,
    issues,
  };
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { machine: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  const [command, file] = positionals;
  if (values.help) return void process.stdout.write(help);
  switch (command) {
    case "check": {
      if (file === undefined) throw new UserError("It needs a file.", { hint: help });
      const machine = values.machine === undefined ? null : await loadMachine(values.machine);
      const text = await readFile(file, "utf8").catch((cause) => {
        throw new UserError(`${file} cannot be read.`, { cause });
      });
      const recorded = machine && { ...machine, file: basename(values.machine ?? "") };
      const reading = readAnswers(text, file);
      const { answers, issues } = await filesHere(reading.answers);
      const { lines, isGood } = checkReading({ ...reading, answers }, file, recorded, issues);
      process.stdout.write(`${lines.join("\n")}\n`);
      process.exitCode = isGood ? 0 : 2;
      return;
    }
    case "schema":
      return void process.stdout.write(answersJsonSchemaText());
    case "docs":
      await writeFile(`${docs}/answers.schema.json`, answersJsonSchemaText());
      return writeFile(`${docs}/answers.md`, await answersPage(docs));
    default:
      throw new UserError("It can check, schema and docs.", { hint: help });
  }
});
