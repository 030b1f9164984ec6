import { bakedFlake } from "../answers/given.ts";
import { layoutOf } from "../plan/layout.ts";
import { planOf } from "../plan/plan.ts";
import type { Effect } from "./effect.ts";
import type { Model, Screen } from "./model.ts";
import { textInput } from "./text-input.ts";

export type Updated = [Model, readonly Effect[]];

export function stay(model: Model, ...effects: Effect[]): Updated {
  return [model, effects];
}

export function tell(model: Model, notice: string): Updated {
  return [{ ...model, notice }, []];
}

/** Shows another screen. Answers stay: they are in the model, not in the screen. */
export function goTo(model: Model, screen: Screen, ...effects: Effect[]): Updated {
  return [{ ...model, screen, overlay: null, notice: null }, effects];
}

/** Looks at the machine anew, where nobody does already; `text` says what for. */
export function lookAgain(model: Model, text: string): Updated {
  if (model.machine.is === "busy") return stay(model);
  return stay({ ...model, machine: { is: "busy", since: model.now, text } }, { do: "probe-machine" });
}

/** The machine, once it is known. */
export function machineOf(model: Model) {
  return model.machine.is === "done" ? model.machine.value : null;
}

/** Keeps the answers after a screen was left by its way forward. */
export function keepAnswers(model: Model, isAsked = false): Effect[] {
  const machine = machineOf(model);
  if (!machine) return [];
  return [{ do: "save-answers", choices: model.answers, passphrase: model.passphrase, machine, isAsked }];
}

/** The layout of the chosen disks, with what is wrong with it. Null before the machine is known. */
export function currentLayout(model: Model) {
  const machine = machineOf(model);
  return machine && layoutOf(machine, model.answers);
}

/** The plan of all answers, with what is wrong with them. Null before the machine is known. */
export function currentPlan(model: Model) {
  const machine = machineOf(model);
  return machine && planOf(machine, model.answers);
}

/** A row of a list, kept inside it. */
export function within(row: number, length: number): number {
  return Math.max(0, Math.min(row, length - 1));
}

/** The flake screen where it was left. */
export function flakeScreen(model: Model): Screen {
  const { flake, answers } = model;
  const input = textInput(answers.flake.reference);
  const isKnown = flake.probe.is === "done";
  const hosts = flake.probe.is === "done" ? flake.probe.value.hosts : [];
  const host = hosts.findIndex(({ name }) => name === answers.flake.host);
  if (isKnown && host >= 0 && flake.preflight.is !== "idle")
    return { at: "flake", part: "findings", input, row: host };
  if (isKnown) return { at: "flake", part: "hosts", input, row: Math.max(0, host) };
  // With nothing typed, the first offer is what Enter takes.
  const row = answers.flake.reference === "" && offersOf(model).length > 0 ? 1 : 0;
  return { at: "flake", part: "reference", input, row };
}

/** Flakes that can be picked without typing: the kernel command line's, then those used before. */
export function offersOf(model: Model): { reference: string; origin: string }[] {
  const { flake } = model.given;
  const recent = model.recent.filter((reference) => reference !== flake);
  return [
    ...(flake
      ? [{ reference: flake, origin: flake === `path:${bakedFlake}` ? "in the image" : "given at boot" }]
      : []),
    ...recent.map((reference) => ({ reference, origin: "used before" })),
  ];
}
