import type { Status } from "../run/status.ts";
import type { MenuItem, Model, Screen } from "./model.ts";
import { goTo, stay, type Updated } from "./navigation.ts";
import { onward } from "./way.ts";

/** The screen that belongs to an installation's state; null when there is none. */
export function screenOfRun(status: Status): Screen | null {
  switch (status.state) {
    case "running":
      return { at: "progress" };
    case "finished":
      return { at: "done" };
    case "failed":
    case "interrupted":
      return { at: "failed" };
    case "idle":
      return null;
    default:
      return status.state satisfies never;
  }
}

/** Takes in how the installation stands. Every screen goes to it when it begins, ends or fails, wherever it was. */
export function onRunChanged(model: Model, status: Status): Updated {
  const next = screenOfRun(status);
  const changed = { ...model, run: status };
  if (model.run.state === status.state && model.run.startedAt === status.startedAt) return stay(changed);
  if (next) return next.at === model.screen.at ? stay(changed) : goTo(changed, next);
  return isRunScreen(model.screen) && model.run.state !== "idle"
    ? goTo(changed, { at: "start" })
    : stay(changed);
}

function isRunScreen(screen: Screen): boolean {
  return screen.at === "progress" || screen.at === "failed" || screen.at === "done";
}

/** What a menu's entry does, on any screen. What ends something asks first. */
export function onMenuItem(model: Model, item: MenuItem): Updated {
  switch (item) {
    case "install": {
      const running = screenOfRun(model.run);
      if (running?.at === "progress") return goTo(model, running);
      // An answer file that leaves something to a person has said where to; a choice made here before has not.
      const { target: _, ...answers } = model.answers;
      const next = model.asks === null ? { ...model, answers } : model;
      return goTo(next, onward(next, "start"));
    }
    case "install-mounted": {
      // Nothing but what is mounted is to be written to, whatever was marked before.
      const next: Model = { ...model, answers: { ...model.answers, target: "mounted", disks: [] } };
      return goTo(next, onward(next, "start"));
    }
    case "repair":
      return goTo(model, { at: "repair" });
    case "progress": {
      const running = screenOfRun(model.run);
      return running ? goTo(model, running) : stay(model);
    }
    case "shell":
      return stay(model, { do: "open-shell" });
    case "retry":
      return goTo(model, { at: "progress" }, { do: "retry-run" });
    case "log":
      return stay({ ...model, overlay: { show: "log", back: 0 } });
    case "reboot":
    case "kexec":
    case "power-off":
    case "start-over":
      return stay({ ...model, overlay: { show: "question", about: item } });
    default:
      return item satisfies never;
  }
}
