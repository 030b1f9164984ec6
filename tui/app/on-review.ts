import { shellQuote } from "../base/shell.ts";
import { commandsOf, nameOf } from "../plan/describe.ts";
import { takesPassphrase } from "../plan/encryption.ts";
import type { Plan } from "../plan/step.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { currentPlan, goTo, keepAnswers, stay, tell, type Updated } from "./navigation.ts";
import { layoutIssues } from "./problems.ts";
import { edit } from "./text-input.ts";
import { backward } from "./way.ts";

type ReviewScreen = Extract<Screen, { at: "review" }>;

/** The word that begins the writing. */
export function beginWordOf({ answers }: Model): string {
  return answers.target === "mounted" ? "install" : "erase";
}

/** The review: the last screen before anything is written. */
export function onReview(model: Model, screen: ReviewScreen, message: Message): Updated {
  const plan = currentPlan(model)?.plan ?? null;
  switch (message.is) {
    case "focus-moved":
      return stay({ ...model, screen: { ...screen, top: Math.max(0, screen.top + message.by) } });
    case "key-typed":
      return stay({ ...model, screen: { ...screen, typed: edit(screen.typed, message.key) } });
    case "went-back":
      return goTo(model, backward(model, "review"));
    case "commands-asked":
      if (!plan) return tell(model, "There is no plan yet: see what is wrong above.");
      return stay({
        ...model,
        overlay: {
          show: "text",
          title: "Exact commands",
          lines: commandLines(plan, model.size.columns),
          top: 0,
        },
      });
    case "save-asked":
      return stay(model, ...keepAnswers(model, true));
    case "entered":
      return begin(model, screen, plan);
    default:
      return stay(model);
  }
}

function begin(model: Model, screen: ReviewScreen, plan: Plan | null): Updated {
  const wrong = reviewIssues(model).find(({ severity }) => severity === "error");
  if (wrong || !plan) return tell(model, wrong?.message ?? "There is no plan yet.");
  const word = beginWordOf(model);
  if (screen.typed.value.trim() !== word) return tell(model, `Type ${word}, then Enter, to begin.`);
  return goTo(model, { at: "progress" }, ...keepAnswers(model), {
    do: "start-engine",
    plan,
    passphrase: needsPassphrase(model) ? model.passphrase : null,
  });
}

function needsPassphrase({ answers }: Model): boolean {
  return answers.target !== "mounted" && takesPassphrase(answers.layout.encryption);
}

/** Everything that is wrong with the answers, each thing once. */
export function reviewIssues(model: Model) {
  const issues = [...(currentPlan(model)?.issues ?? []), ...layoutIssues(model)];
  return issues.filter(
    (issue, index) =>
      issues.findIndex(({ where, message }) => where === issue.where && message === issue.message) === index,
  );
}

/** The plan's commands as they can be typed, under the step they belong to; long ones go on in the next line. */
export function commandLines(plan: Plan, width: number): string[] {
  return plan.steps.flatMap((step, index) => [
    `# ${index + 1}. ${nameOf(step)}`,
    ...commandsOf(step).flatMap((command) => folded(command, width)),
    "",
  ]);
}

/** One command over several lines, as a shell takes it. */
function folded(command: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of command.map((one) => shellQuote([one]))) {
    if (line === "") line = word;
    else if (line.length + word.length + 3 <= width) line += ` ${word}`;
    else {
      lines.push(`${line} \\`);
      line = `    ${word}`;
    }
  }
  return [...lines, line].flatMap((one) => one.split("\n"));
}
