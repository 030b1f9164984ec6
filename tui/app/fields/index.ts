import type { LayoutChoices } from "../../plan/choices.ts";
import type { LayoutField, LayoutPage, Model } from "../model.ts";
import type { Field, FieldChoice } from "./field.ts";
import { fieldsMain } from "./main.ts";
import { fieldsMore } from "./more.ts";

const fields: Readonly<Record<Exclude<LayoutField, "more">, Field>> = { ...fieldsMain, ...fieldsMore };

/** The line that leads to the second page. */
const more: Field = {
  title: "More",
  place:
    /^layout\.(compression|checksum|copies|ashift|autotrim|compatibility|discard|freePercent|espSize|arcLimit|zram)/,
  value: () => "",
  told: () => ["", "compression, checksums, sector size, ESP …"],
  choices: () => [],
  change: (layout) => layout,
};

/** The fields of a page, from top to bottom. */
export function fieldsOf(page: LayoutPage): readonly LayoutField[] {
  return page === "more"
    ? (Object.keys(fieldsMore) as LayoutField[])
    : [...(Object.keys(fieldsMain) as LayoutField[]), "more"];
}

export function fieldNamed(field: LayoutField): Field {
  return field === "more" ? more : fields[field];
}

/** What a field offers; empty for the fields that are typed. */
export function choicesOfField(model: Model, field: LayoutField): readonly FieldChoice[] {
  return fieldNamed(field).choices(model);
}

/** The layout after a choice was made in a field. */
export function withChoice(layout: LayoutChoices, field: LayoutField, value: string): LayoutChoices {
  return fieldNamed(field).change(layout, value);
}

/** The value that a field has now, as in its choices. */
export function valueOfField(model: Model, field: LayoutField): string {
  return fieldNamed(field).value(model);
}
