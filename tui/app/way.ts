import type { Model, Screen, Section } from "./model.ts";
import { flakeScreen } from "./navigation.ts";
import { layoutIssues, mountedProblems } from "./problems.ts";
import { textInput } from "./text-input.ts";

/** The screens between the start and the review. */
type Station = "mounted" | "disks" | "layout" | "flake";

/** In their order; what is mounted takes the place of disks and layout. */
function wayOf({ answers }: Model): readonly Station[] {
  return answers.target === "mounted" ? ["mounted", "flake"] : ["disks", "layout", "flake"];
}

/** What a screen asks for, as answers name it. No screen asks for the network. */
const sections: Readonly<Record<Station, readonly Section[]>> = {
  mounted: ["disks", "layout"],
  disks: ["disks"],
  layout: ["layout", "system"],
  flake: ["flake"],
};

/** Whether the answers leave what this screen asks for to a person. */
export function isAsked({ asks }: Model, station: Station): boolean {
  return asks === null || sections[station].some((section) => asks.includes(section));
}

/** The next screen on the way to the review. The flake's is never left out: nix has to look at it. */
export function onward(model: Model, from: "start" | Station): Screen {
  const way = wayOf(model);
  const rest = from === "start" ? way : way.slice(way.indexOf(from) + 1);
  const next = rest.find((station) => station === "flake" || isShown(model, station));
  return next ? screenAt(model, next) : { at: "review", typed: textInput(), top: 0 };
}

/** The screen that Esc goes to. */
export function backward(model: Model, from: Station | "review"): Screen {
  const way = wayOf(model);
  const before = from === "review" ? way : way.slice(0, way.indexOf(from));
  const last = before.findLast((station) => isShown(model, station));
  return last ? screenAt(model, last) : { at: "start" };
}

/** A screen that nobody wants to be asked is shown all the same when something on it is wrong. */
function isShown(model: Model, station: Station): boolean {
  return isAsked(model, station) || isWrong(model, station);
}

function isWrong(model: Model, station: Station): boolean {
  const errors = layoutIssues(model).filter(({ severity }) => severity === "error");
  switch (station) {
    case "mounted":
      return mountedProblems(model).length > 0;
    case "disks":
      return model.answers.disks.length === 0 || errors.some(({ where }) => where.startsWith("disks"));
    case "layout":
      // It shows all that is wrong, and lets nobody pass before it is right.
      return errors.length > 0;
    case "flake": {
      const { preflight } = model.flake;
      return preflight.is !== "done" || preflight.value.findings.some(({ level }) => level === "error");
    }
    default:
      return station satisfies never;
  }
}

function screenAt(model: Model, station: Station): Screen {
  switch (station) {
    case "mounted":
      return { at: "mounted", row: 0 };
    case "disks":
      return { at: "disks", focus: 0, details: false };
    case "layout":
      return { at: "layout", page: "main", focus: 0, open: null };
    case "flake":
      return flakeScreen(model);
    default:
      return station satisfies never;
  }
}
