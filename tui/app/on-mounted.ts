import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { goTo, keepAnswers, lookAgain, machineOf, stay, tell, type Updated, within } from "./navigation.ts";
import { mountedProblems } from "./problems.ts";
import { backward, onward } from "./way.ts";

/** What is mounted at /mnt: looked at, looked at again, and on to the flake. */
export function onMounted(
  model: Model,
  screen: Extract<Screen, { at: "mounted" }>,
  message: Message,
): Updated {
  const length = machineOf(model)?.mounted?.fileSystems.length ?? 0;
  const focus = (row: number): Updated => stay({ ...model, screen: { ...screen, row: within(row, length) } });
  switch (message.is) {
    case "focus-moved":
      return focus(screen.row + message.by);
    case "focus-moved-to-end":
      return focus(message.end === "first" ? 0 : length - 1);
    case "rescan-asked":
      return lookAgain(model, "looking at what is mounted");
    case "went-back":
      return goTo(model, backward(model, "mounted"));
    case "entered": {
      if (model.machine.is === "busy") return stay(model);
      const [wrong] = mountedProblems(model);
      if (wrong) return tell(model, wrong.message);
      return goTo(model, onward(model, "mounted"), ...keepAnswers(model));
    }
    default:
      return stay(model);
  }
}
