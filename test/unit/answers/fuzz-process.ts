// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of answer files
import { readFileSync } from "node:fs";
import { checkAnswers } from "../../../scripts/answers-check.ts";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answerFiles } from "./files.ts";

/**
 * Reads mutated answer files, and plans those that are still good: node --permission --allow-fs-read=* fuzz-process.ts SEED RUNS.
 * Writing anything, or starting a program, is refused by Node. Prints a line of JSON.
 */

const [seed = "1", runs = "100"] = process.argv.slice(2);
let state = Number(seed) >>> 0 || 1;

/** A number below a limit (mulberry32): a seed repeats a run. */
function below(limit: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
}

const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;

const textsOf = (folder: string) => answerFiles(folder).map(({ text }) => text);
const files = [...textsOf("docs/examples"), ...textsOf("test/fixtures/answers")];
const lines = [...files, ...textsOf("test/fixtures/answers/broken")].flatMap((text) => text.split("\n"));
const pieces = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "  ",
    "\t",
    '"',
    "'",
    "|\n",
    ">",
    "#",
    "~",
    "null",
    "true",
    "0x1",
    "1e999",
  ],
  ...[
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "!!map ",
    "!!js/function ",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "? ",
    "\u0000",
  ],
  ...[
    "\ufeff",
    "\u2028",
    "\ud800",
    "__proto__: ",
    "constructor: ",
    "toString: ",
    "${serial}",
    "${",
    "-1",
    "9".repeat(400),
  ],
  ...["[".repeat(3000), "- ".repeat(3000), "{a: ".repeat(3000), "not: {".repeat(2000)],
];

const mutations: readonly ((text: string) => string)[] = [
  (text) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + pick(pieces) + text.slice(at + below(12));
  },
  (text) => {
    const own = text.split("\n");
    own.splice(below(own.length + 1), below(3), pick(lines));
    return own.join("\n");
  },
  (text) => {
    const own = text.split("\n");
    const at = below(own.length);
    own[at] = " ".repeat(below(8)) + (own[at] ?? "").trim();
    return own.join("\n");
  },
  (text) =>
    text.replace(/: (.*)/g, (whole, value) =>
      below(8) === 0 ? `: ${pick([value, pick(pieces), "x"])}` : whole,
    ),
  (text) => text.slice(0, below(text.length + 1)) + pick(files).slice(below(300)),
];

const machine = {
  ...JSON.parse(readFileSync(new URL("../../fixtures/machines/nvme-server.json", import.meta.url), "utf8")),
  file: "machine.json",
};

const counts = { files: 0, good: 0, planned: 0 };
for (let run = 0; run < Number(runs); run++) {
  const before = state;
  let text = pick(files);
  for (let times = below(4); times >= 0; times--) text = pick(mutations)(text);
  try {
    const { answers, issues } = readAnswers(text, "answers.yaml");
    if ((answers === null) !== issues.length > 0) throw new Error("neither answers nor issues");
    for (const { where, message } of issues) {
      if (!/^answers\.yaml:\d+:\d+(: .+)?$/s.test(where) || !/[.?]$/.test(message))
        throw new Error(`an issue of no form: ${where}: ${message}`);
    }
    const { lines, isGood } = checkAnswers(text, "answers.yaml", machine);
    counts.files++;
    if (answers) counts.good++;
    if (isGood && lines.some((line) => line.startsWith("Plan:"))) counts.planned++;
  } catch (error) {
    process.stderr.write(`seed ${before}:\n${text.slice(0, 2000)}\n${(error as Error).stack}\n`);
    process.exit(1);
  }
}
process.stdout.write(`${JSON.stringify(counts)}\n`);
