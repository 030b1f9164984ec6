import { rename, writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { GiB, MiB } from "../base/bytes.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import { answersOf } from "./choices.ts";
import { keptAnswers } from "./kept.ts";
import type { Answers } from "./schema.ts";

const heading = `# Answers for nix-dabei: what was chosen on this machine. No secret is in it.
# Disks that hold something by now are an error until it says \`wipe: true\`.
`;

/** The answer file that repeats these choices, as text; `begun` is the one that they began with. */
export function answersText(
  choices: Omit<Choices, "identity">,
  machine: Machine,
  begun: Answers | null = null,
): string {
  const answers = keptAnswers(answersOf(choices, machine), begun);
  const sizes = { swap: sizeText(choices.layout.swap), espSize: sizeText(choices.layout.espSize) };
  const layout = answers.layout ? { layout: { ...answers.layout, ...sizes } } : {};
  return heading + stringify({ ...answers, ...layout }, { lineWidth: 0 });
}

/** Writes the answer file, whole or not at all; only root can read it. */
export async function saveAnswers(
  file: string,
  choices: Omit<Choices, "identity">,
  machine: Machine,
  begun: Answers | null = null,
): Promise<void> {
  // Two screens, or two changes in a row, may be saving at the same time.
  const draft = `${file}.${crypto.randomUUID()}`;
  await writeFile(draft, answersText(choices, machine, begun), { mode: 0o600 });
  await rename(draft, file);
}

/** "8G" where it is that exactly; a number of bytes otherwise. */
function sizeText(bytes: number): string | number {
  if (bytes > 0 && bytes % GiB === 0) return `${bytes / GiB}G`;
  return bytes > 0 && bytes % MiB === 0 ? `${bytes / MiB}M` : bytes;
}
