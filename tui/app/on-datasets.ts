import type { LayoutChoices } from "../plan/choices.ts";
import { datasetLine, parseDatasetLine } from "../plan/dataset-line.ts";
import { chosenDatasets } from "../plan/datasets.ts";
import type { Message } from "./message.ts";
import type { OpenField } from "./model.ts";
import { edit, textInput } from "./text-input.ts";

type Editor = Extract<OpenField, { kind: "datasets" }>;

/** The list of datasets: a line is edited as text, added, removed. Answers the layout, and what is open after it. */
export function onDatasets(
  layout: LayoutChoices,
  editor: Editor,
  message: Message,
): [LayoutChoices, OpenField | null] {
  return editor.input === null
    ? onList(layout, editor, message)
    : onLine(layout, { ...editor, input: editor.input }, message);
}

function onList(layout: LayoutChoices, editor: Editor, message: Message): [LayoutChoices, OpenField | null] {
  const datasets = chosenDatasets(layout);
  const focus = (row: number): Editor => ({
    ...editor,
    row: Math.max(0, Math.min(row, datasets.length - 1)),
  });
  switch (message.is) {
    case "went-back":
      return [layout, null];
    case "focus-moved":
      return [layout, focus(editor.row + message.by)];
    case "focus-moved-to-end":
      return [layout, focus(message.end === "first" ? 0 : datasets.length - 1)];
    case "entered": {
      const dataset = datasets[editor.row];
      return [layout, dataset ? { ...editor, input: textInput(datasetLine(dataset)) } : editor];
    }
    case "add-asked":
      return [layout, { ...editor, row: datasets.length, input: textInput() }];
    case "remove-asked": {
      const left = datasets.filter((_, index) => index !== editor.row);
      return [
        { ...layout, datasets: left },
        { ...editor, row: Math.max(0, Math.min(editor.row, left.length - 1)) },
      ];
    }
    default:
      return [layout, editor];
  }
}

function onLine(
  layout: LayoutChoices,
  editor: Editor & { readonly input: NonNullable<Editor["input"]> },
  message: Message,
): [LayoutChoices, OpenField | null] {
  const datasets = chosenDatasets(layout);
  const closed: Editor = {
    ...editor,
    row: Math.max(0, Math.min(editor.row, datasets.length - 1)),
    input: null,
    error: null,
  };
  if (message.is === "went-back") return [layout, closed];
  if (message.is === "key-typed")
    return [layout, { ...editor, input: edit(editor.input, message.key), error: null }];
  if (message.is !== "entered") return [layout, editor];
  if (editor.input.value.trim() === "") return [layout, closed];
  const dataset = parseDatasetLine(editor.input.value);
  if (typeof dataset === "string") return [layout, { ...editor, error: dataset }];
  return [
    { ...layout, datasets: datasets.toSpliced(editor.row, 1, dataset) },
    { ...closed, row: editor.row },
  ];
}
