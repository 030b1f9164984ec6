import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { choicesOf } from "../answers/choices.ts";
import { fillAnswers } from "../answers/fill.ts";
import { readAnswers } from "../answers/load.ts";
import { saveAnswers } from "../answers/save.ts";
import { stateFiles } from "../run/state.ts";
import type { Effect } from "./effect.ts";
import type { Message } from "./message.ts";

/** What was answered earlier in this boot, on this screen or another; null when there is nothing to take up. */
export async function loadKept({
  machine,
  choices,
}: Extract<Effect, { do: "load-answers" }>): Promise<Message | null> {
  const files = stateFiles();
  const text = await readFile(files.answers, "utf8").catch(() => null);
  if (text === null) return null;
  const { answers } = readAnswers(text, files.answers);
  if (!answers) return null;
  // What this machine does not tell is typed on the screens.
  const kept = choicesOf(fillAnswers(answers, machine).answers, machine, choices);
  // A disk that is not there as it was is chosen anew.
  // Wiping is asked for on the review screen.
  const disks = kept.issues.some(({ where }) => where.startsWith("disks")) ? [] : kept.choices.disks;
  const passphrase = await readFile(files.passphrase, "utf8").catch(() => null);
  return { is: "answers-loaded", answers: { ...kept.choices, disks }, passphrase };
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
