import { whyNot } from "../machine/describe.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import { freePoolName } from "../plan/check-contents.ts";
import type { Choices } from "../plan/choices.ts";
import { defaultLayout } from "../plan/defaults.ts";
import { type Shape, usualKind, whyNotShape } from "../plan/vdev.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { goTo, keepAnswers, lookAgain, machineOf, stay, tell, type Updated, within } from "./navigation.ts";
import { backward, isAsked, onward } from "./way.ts";

type DisksScreen = Extract<Screen, { at: "disks" }>;

/** The disks screen: marking, and on to the layout. */
export function onDisks(model: Model, screen: DisksScreen, message: Message): Updated {
  const machine = machineOf(model);
  const disks = machine?.disks ?? [];
  const focus = (row: number): Updated =>
    stay({ ...model, screen: { ...screen, focus: within(row, disks.length) } });
  switch (message.is) {
    case "focus-moved":
      return focus(screen.focus + message.by);
    case "focus-moved-to-end":
      return focus(message.end === "first" ? 0 : disks.length - 1);
    case "details-toggled":
      return stay({ ...model, screen: { ...screen, details: !screen.details } });
    case "rescan-asked":
      return lookAgain(model, "looking for disks");
    case "disk-marked":
      return machine ? mark(model, machine, screen.focus) : stay(model);
    case "went-back":
      return goTo(model, backward(model, "disks"));
    case "entered":
      if (!machine) return stay(model);
      if (model.isReading) return tell(model, "The answers are still being read: Enter again in a moment.");
      if (model.answers.disks.length === 0) return tell(model, "Mark at least one disk with Space.");
      return goTo(model, onward(model, "disks"), ...keepAnswers(model));
    default:
      return stay(model);
  }
}

function mark(model: Model, machine: Machine, row: number): Updated {
  const disk = machine.disks[row];
  if (!disk) return stay(model);
  const reason = whyNot(disk);
  if (reason !== null) return tell(model, `${disk.name} cannot be chosen: ${reason}.`);
  const marked = new Set(model.answers.disks);
  if (!marked.delete(disk.path)) marked.add(disk.path);
  return stay({ ...model, answers: withDisks(model, machine, [...marked]) });
}

/** The answers with these disks, in the machine's order, and a redundancy that is possible with them. */
export function withDisks(model: Model, machine: Machine, paths: readonly string[]): Choices {
  const chosen = machine.disks.filter((disk) => paths.includes(disk.path) && whyNot(disk) === null);
  const { answers } = model;
  const { layout } = answers;
  const isPossible = (shape: Partial<Shape>) => whyNotShape({ ...layout, ...shape }, chosen.length) === null;
  // Where nobody is asked for the layout, one that does not fit is wrong. It is not another.
  const isKept = model.decided.includes("redundancy") && (isPossible({}) || !isAsked(model, "layout"));
  const usual: Shape = { vdev: usualKind(chosen.length), groupWidth: null, spares: 0 };
  return {
    ...answers,
    disks: chosen.map(({ path }) => path),
    layout: {
      ...layout,
      pool: poolName(model, machine, chosen),
      ...(!isKept && isPossible(usual) ? usual : {}),
    },
    identity: { diskGuids: chosen.map(({ path }) => model.guids[path] ?? "") },
  };
}

/** The pool's name: as it was chosen, or else one that no pool on a kept disk has. */
function poolName({ answers, decided }: Model, machine: Machine, chosen: readonly Disk[]): string {
  const { layout } = answers;
  const usual = defaultLayout.pool;
  const isUsual = layout.pool.startsWith(usual) && /^\d*$/.test(layout.pool.slice(usual.length));
  if (decided.includes("pool") || !isUsual) return layout.pool;
  return freePoolName(machine, { disks: chosen.map(({ path }) => path), layout: { ...layout, pool: usual } });
}
