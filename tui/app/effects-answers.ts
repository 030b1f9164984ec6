import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { choicesOf } from "../answers/choices.ts";
import { fillAnswers } from "../answers/fill.ts";
import { readAnswers } from "../answers/load.ts";
import { saveAnswers } from "../answers/save.ts";
import type { Answers } from "../answers/schema.ts";
import { sections } from "../answers/schema-run.ts";
import type { Issue } from "../base/errors.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import { stateFiles } from "../run/state.ts";
import type { Effect } from "./effect.ts";
import type { Message } from "./message.ts";
import type { Section } from "./model.ts";

/** What was answered earlier in this boot, on this screen or another. */
export async function loadKept({
  machine,
  choices,
}: Extract<Effect, { do: "load-answers" }>): Promise<Message> {
  const files = stateFiles();
  const text = await readFile(files.answers, "utf8").catch(() => null);
  if (text === null) return { is: "answers-useless" };
  const { answers } = readAnswers(text, files.answers);
  if (!answers) return { is: "answers-useless" };
  const passphrase = await readFile(files.passphrase, "utf8").catch(() => null);
  return takenUp(answers, machine, choices, passphrase);
}

/** What the screens begin with: the answers as far as they fit the machine, and what is left to a person. */
export function takenUp(
  answers: Answers,
  machine: Machine,
  others: Choices,
  passphrase: string | null,
): Extract<Message, { is: "answers-loaded" }> {
  // What this machine does not tell is typed on the screens.
  const filled = fillAnswers(answers, machine);
  const kept = choicesOf(filled.answers, machine, others);
  // A disk that is not there as it was is chosen anew.
  // Wiping is asked for on the review screen.
  const disks = kept.issues.some(({ where }) => where.startsWith("disks")) ? [] : kept.choices.disks;
  return {
    is: "answers-loaded",
    answers: { ...kept.choices, disks },
    asks: asksOf(answers, [...filled.issues, ...kept.issues]),
    decided: isShaped(answers) ? ["redundancy"] : [],
    passphrase,
  };
}

/** The sections that are left to a person, and those in which something is wrong on this machine; null is all. */
function asksOf({ interactive = [] }: Answers, issues: readonly Issue[]): readonly Section[] | null {
  if (interactive.length === 0) return null;
  const wrong = sections.options.filter((section) => issues.some(({ where }) => where.startsWith(section)));
  return [...new Set([...interactive, ...wrong])];
}

/** Whether they say anything of the redundancy; else it is what is usual for so many disks. */
function isShaped({ layout }: Answers): boolean {
  return [layout?.vdev, layout?.groupWidth, layout?.spares].some((value) => value !== undefined);
}

/** Keeps the answers, and the passphrase apart from them, in RAM: a screen that is killed loses nothing. */
export async function keep({
  choices,
  machine,
  passphrase,
}: Extract<Effect, { do: "save-answers" }>): Promise<string> {
  const files = stateFiles();
  await mkdir(files.secrets, { recursive: true, mode: 0o700 });
  // What they began with says more than the screens ask for: hooks, the report, where secrets are.
  const begun = await readFile(files.answers, "utf8").catch(() => "");
  await saveAnswers(files.answers, choices, machine, readAnswers(begun, files.answers).answers);
  if (passphrase === null) await rm(files.passphrase, { force: true });
  else await writeFile(files.passphrase, passphrase, { mode: 0o600 });
  return files.answers;
}
