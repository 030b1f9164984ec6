import type { LayoutChoices } from "../../plan/choices.ts";
import type { Model } from "../model.ts";

/** One line of an opened field. With a reason it is shown, and cannot be taken. */
export interface FieldChoice {
  readonly value: string;
  readonly title: string;
  readonly note: string;
  readonly reason: string | null;
}

/** A field of the layout screens: what it shows, what it offers, and what a choice does. */
export interface Field {
  readonly title: string;
  /** Where the issues that belong beside it are: Issue.where. */
  readonly place: RegExp;
  /** The value as in its choices. */
  readonly value: (model: Model) => string;
  /** The value in words, and a word on what it means. */
  readonly told: (model: Model) => readonly [string, string];
  /** Empty for what is typed, or leads elsewhere. */
  readonly choices: (model: Model) => readonly FieldChoice[];
  readonly change: (layout: LayoutChoices, value: string) => LayoutChoices;
}

export function choice(
  value: string,
  title: string,
  note: string,
  reason: string | null = null,
): FieldChoice {
  return { value, title, note, reason };
}

/** A field whose choices are known beforehand: the current value is among them, wherever it comes from. */
export function simpleField(
  title: string,
  key: keyof LayoutChoices,
  offers: readonly FieldChoice[],
  options: {
    readonly read?: (value: string) => unknown;
    readonly words?: (value: string) => string;
    readonly note?: (value: string) => string;
  } = {},
): Field {
  const { read = (value) => value, words = (value) => value, note } = options;
  const textOf = ({ answers }: Model) => String(answers.layout[key]);
  const all = (model: Model) => {
    const now = textOf(model);
    return offers.some(({ value }) => value === now) ? offers : [...offers, choice(now, words(now), "")];
  };
  return {
    title,
    place: new RegExp(`^layout\\.${key}\\b`),
    value: textOf,
    told: (model) => {
      const now = textOf(model);
      const offer = offers.find(({ value }) => value === now);
      return [offer?.title ?? words(now), note ? note(now) : (offer?.note ?? "")];
    },
    choices: all,
    change: (layout, value) => ({ ...layout, [key]: read(value) }),
  };
}
