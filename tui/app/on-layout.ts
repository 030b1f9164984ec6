import { takesPassphrase } from "../plan/encryption.ts";
import { hostnameProblem, passphraseProblem, poolNameProblem } from "../plan/names.ts";
import { editDatasets } from "./fields/datasets.ts";
import { choicesOfField, fieldsOf, valueOfField, withChoice } from "./fields/index.ts";
import type { Message } from "./message.ts";
import type { LayoutField, Model, OpenField, Screen } from "./model.ts";
import { goTo, keepAnswers, stay, tell, type Updated, within } from "./navigation.ts";
import { onDatasets } from "./on-datasets.ts";
import { layoutIssues } from "./problems.ts";
import { edit, textInput } from "./text-input.ts";
import { backward, onward } from "./way.ts";

type LayoutScreen = Extract<Screen, { at: "layout" }>;

/** The layout screen: fields, and what is open in one of them. */
export function onLayout(model: Model, screen: LayoutScreen, message: Message): Updated {
  if (screen.open) return onOpen(model, screen, screen.open, message);
  const fields = fieldsOf(screen.page);
  const focus = (row: number): Updated =>
    stay({ ...model, screen: { ...screen, focus: within(row, fields.length) } });
  switch (message.is) {
    case "focus-moved":
      return focus(screen.focus + message.by);
    case "focus-moved-to-end":
      return focus(message.end === "first" ? 0 : fields.length - 1);
    case "entered":
      return enter(model, screen, fields[screen.focus] ?? "redundancy");
    case "went-back":
      if (screen.page === "more")
        return stay({ ...model, screen: { ...screen, page: "main", focus: fieldsOf("main").length - 1 } });
      return goTo(model, backward(model, "layout"), ...keepAnswers(model));
    case "next-asked": {
      const wrong = layoutIssues(model).find(({ severity }) => severity === "error");
      if (wrong) return tell(model, wrong.message);
      return goTo(model, onward(model, "layout"), ...keepAnswers(model));
    }
    default:
      return stay(model);
  }
}

function open(model: Model, screen: LayoutScreen, field: OpenField | null): Updated {
  return stay({ ...model, screen: { ...screen, open: field } });
}

function enter(model: Model, screen: LayoutScreen, field: LayoutField): Updated {
  if (field === "more") return stay({ ...model, screen: { ...screen, page: "more", focus: 0 } });
  return open(model, screen, opened(model, field));
}

function opened(model: Model, field: LayoutField): OpenField {
  if (choicesOfField(model, field).length > 0) return { kind: "choices", field };
  return { kind: "text", field, input: textInput(valueOfField(model, field)), error: null };
}

function onOpen(model: Model, screen: LayoutScreen, field: OpenField, message: Message): Updated {
  if (field.kind === "datasets") {
    const [layout, next] = onDatasets(model.answers.layout, field, message);
    const decided = layout === model.answers.layout ? model : decide(model, "datasets");
    return open({ ...decided, answers: { ...model.answers, layout } }, screen, next);
  }
  if (message.is === "went-back") return open(model, screen, null);
  if (field.kind === "choices")
    return message.is === "choice-made" ? onChoice(model, screen, field.field, message.value) : stay(model);
  if (message.is === "key-typed")
    return open(model, screen, { ...field, input: edit(field.input, message.key), error: null });
  if (message.is !== "entered") return stay(model);
  return field.kind === "text"
    ? onText(model, screen, field.field, field.input.value.trim())
    : onPassphrase(model, screen, field);
}

function onChoice(model: Model, screen: LayoutScreen, field: LayoutField, value: string): Updated {
  const choice = choicesOfField(model, field).find((one) => one.value === value);
  if (!choice) return stay(model);
  if (choice.reason !== null) return tell(model, `${choice.title}: ${choice.reason}.`);
  const layout = withChoice(model.answers.layout, field, value);
  const changed = decide({ ...model, answers: { ...model.answers, layout } }, field);
  if (field === "datasets" && value === editDatasets)
    return open(model, screen, { kind: "datasets", field, row: 0, input: null, error: null });
  if (field !== "encryption") return open(changed, screen, null);
  if (!takesPassphrase(layout.encryption)) return open({ ...changed, passphrase: null }, screen, null);
  return open(changed, screen, {
    kind: "passphrase",
    field: "encryption",
    input: textInput(),
    first: null,
    error: null,
  });
}

function onText(model: Model, screen: LayoutScreen, field: LayoutField, value: string): Updated {
  const { answers } = model;
  const problem = field === "pool" ? poolNameProblem(value) : value === "" ? null : hostnameProblem(value);
  if (problem !== null)
    return open(model, screen, { kind: "text", field, input: textInput(value), error: problem });
  const next =
    field === "hostname"
      ? { ...answers, system: { ...answers.system, hostname: value === "" ? null : value } }
      : { ...answers, layout: { ...answers.layout, pool: value } };
  return open(decide({ ...model, answers: next }, field), screen, null);
}

function onPassphrase(
  model: Model,
  screen: LayoutScreen,
  field: Extract<OpenField, { kind: "passphrase" }>,
): Updated {
  const typed = field.input.value;
  const again = (first: string | null, error: string | null) =>
    open(model, screen, { ...field, input: textInput(), first, error });
  if (field.first === null) {
    const problem = passphraseProblem(typed);
    if (problem !== null) return again(null, problem);
    return again(typed, null);
  }
  if (typed !== field.first)
    return again(null, "The two are not the same. Type the passphrase again, twice.");
  return open({ ...model, passphrase: typed }, screen, null);
}

function decide(model: Model, field: LayoutField): Model {
  return { ...model, decided: [...new Set([...model.decided, field])] };
}
