import { createHash } from "node:crypto";
import { choicesOf } from "../tui/answers/choices.ts";
import { explainMatches } from "../tui/answers/explain.ts";
import { fillAnswers } from "../tui/answers/fill.ts";
import { type Reading, readAnswers } from "../tui/answers/load.ts";
import { located } from "../tui/answers/located.ts";
import type { Answers } from "../tui/answers/schema.ts";
import type { Issue } from "../tui/base/errors.ts";
import { shellQuote } from "../tui/base/shell.ts";
import type { Drawn } from "../tui/machine/draw.ts";
import type { Machine } from "../tui/machine/machine.ts";
import { defaultChoices } from "../tui/plan/defaults.ts";
import { commandsOf, describe, titleOf } from "../tui/plan/describe.ts";
import { planOf } from "../tui/plan/plan.ts";
import type { Plan } from "../tui/plan/step.ts";
import { decide } from "../tui/unattended/decide.ts";

type Recorded = Machine & { readonly file: string };

export interface Check {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/** All that can be said of an answer file, and of what it does on a machine; pure, and the same at every call. */
export function checkAnswers(text: string, file: string, machine: Recorded | null): Check {
  return checkReading(readAnswers(text, file), file, machine);
}

/** The same of an answer file that was read, and of what was found about it since: warnings. */
export function checkReading(
  { answers, issues, placeOf }: Reading,
  file: string,
  machine: Recorded | null,
  found: readonly Issue[] = [],
): Check {
  if (!answers) return { lines: issues.map(issueLine), isGood: false };
  if (!machine)
    return {
      lines: [...located(found, placeOf).map(issueLine), `${file} is a good answer file.`],
      isGood: true,
    };
  const filled = fillAnswers(answers, machine);
  const { matches } = choicesOf(filled.answers, machine, defaultChoices(machine));
  const { plan, issues: ofPlan } = planFor(filled.answers, machine);
  // What is missing of a section that is asked for is no mistake yet.
  const asked: readonly string[] = answers.interactive ?? [];
  const open = ofPlan.filter(({ where }) => !asked.includes(/^\w+/.exec(where)?.[0] ?? ""));
  const placed = located([...found, ...filled.issues, ...(filled.issues.length > 0 ? [] : open)], placeOf);
  const isGood = placed.every(({ severity }) => severity !== "error");
  return {
    lines: [
      `Disks of ${machine.file}`,
      ...explainMatches(matches),
      ...(placed.length > 0 ? ["", "Issues", ...placed.map(issueLine)] : []),
      ...(asked.length > 0 ? ["", `On the screens a person is asked for: ${asked.join(", ")}.`] : []),
      ...(plan && isGood ? ["", ...planLines(plan)] : []),
    ],
    isGood,
  };
}

/** The plan of an answer file on a machine, with everything that is wrong; what only the flake can tell is left open. */
export function planFor(answers: Answers, machine: Machine): { plan: Plan | null; issues: readonly Issue[] } {
  const decided = decide(answers, {
    machine,
    drawn: drawnFor(machine),
    given: { flake: null, substituter: null, hostname: null, authorizedKeys: [] },
    hasPassphrase: answers.layout?.passphrase !== undefined,
  });
  // Where the file names no host the flake's only one is taken, which only nix can tell.
  const { choices } = decided;
  const host = choices.flake.host || "HOST";
  const { plan, issues } = planOf(machine, { ...choices, flake: { ...choices.flake, host } });
  const known = new Set(decided.issues.map(({ where, message }) => where + message));
  const all = [...decided.issues, ...issues.filter(({ where, message }) => !known.has(where + message))];
  return { plan, issues: all };
}

/** Made of the machine instead of drawn, so that two checks say the same. */
function drawnFor(machine: Machine): Drawn {
  const digits = (text: string) => createHash("sha256").update(text).digest("hex");
  const guid = (hex: string) =>
    [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join("-");
  return {
    hostId: digits(machine.product.uuid).slice(0, 8),
    guids: machine.disks.map(({ path, serial }) => guid(digits(`${path} ${serial}`))),
  };
}

function planLines({ summary, steps }: Plan): string[] {
  return [
    `Plan: ${summary}`,
    "GUIDs and a hostId that the file does not give are drawn anew at each installation.",
    ...steps.flatMap((step, index) => [
      "",
      `${index + 1}. ${titleOf(step)}: ${describe(step)}`,
      ...commandsOf(step).map((command) => `   ${shellQuote(command)}`),
      ...(step.do === "write-flake" ? step.files.flatMap(fileLines) : []),
    ]),
  ];
}

function fileLines({ name, text }: { readonly name: string; readonly text: string }): string[] {
  return [
    `   ${name}:`,
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `   | ${line}`.trimEnd()),
  ];
}

function issueLine({ where, message, severity }: Issue): string {
  return `${where}: ${severity === "warning" ? "warning: " : ""}${message}`;
}
