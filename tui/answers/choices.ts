import type { Issue } from "../base/errors.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import type { Answers } from "./schema.ts";
import { selectDisks, selectorFor } from "./select.ts";

type Decided = Omit<Choices, "identity">;

/** What an answer file decides on this machine; what it leaves out is as in `others`. */
export function choicesOf(
  answers: Answers,
  machine: Machine,
  others: Decided,
): { choices: Decided; issues: Issue[] } {
  const selected = answers.disks ? selectDisks(answers.disks, machine) : null;
  return {
    choices: {
      disks: selected ? selected.disks.map(({ path }) => path) : others.disks,
      layout: { ...others.layout, ...given(answers.layout) },
      flake: { ...others.flake, ...given(answers.flake) },
      system: { ...others.system, ...given(answers.system) },
      network: others.network,
    },
    issues: selected?.issues ?? [],
  };
}

/** The answers that repeat these choices on this machine. Nothing secret is among choices, so nothing is in it. */
export function answersOf({ disks, layout, flake, system }: Decided, machine: Machine): Answers {
  const chosen = machine.disks.filter(({ path }) => disks.includes(path));
  return {
    version: 1,
    disks: chosen.map((disk) => selectorFor(disk, machine)),
    layout: { ...layout },
    flake: { ...flake, substituters: flake.substituters.map((substituter) => ({ ...substituter })) },
    system: {
      hostname: system.hostname,
      // Empty until one is drawn.
      ...(system.hostId ? { hostId: system.hostId } : {}),
      authorizedKeys: [...system.authorizedKeys],
    },
  };
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the keys whose value is undefined, which would overwrite. */
function given<T extends object>(section: T | undefined): Given<T> {
  const entries = Object.entries(section ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}
