import { hostReason, pendingTrust } from "./flake-trust.ts";
import type { Model, Screen } from "./model.ts";
import { stay, type Updated } from "./navigation.ts";
import { onFlake } from "./on-flake.ts";
import { textInput } from "./text-input.ts";
import { isAsked } from "./way.ts";

type FlakeScreen = Extract<Screen, { at: "flake" }>;

/**
 * The flake screen where the answers have decided on the flake: Enter is pressed wherever that is all there is to do.
 * It waits at a choice, a doubt, a warning and an error. To be called when there is news, never after a key: a person
 * who has stopped nix wants it stopped.
 */
export function goOnAlone(model: Model): Updated {
  const { screen } = model;
  if (screen.at !== "flake" || model.overlay || isAsked(model, "flake")) return stay(model);
  const ready = asAnswered(model, screen);
  if (!ready) return stay(model);
  const [next, effects] = onFlake({ ...model, screen: ready }, ready, { is: "entered" });
  if (next.screen.at !== "flake" || next.screen.part !== "disko") return [next, effects];
  // Which disk stands for which of disko's: nobody looked at what is merely likely.
  const isSaid =
    JSON.stringify(next.answers.flake.diskoDisks) === JSON.stringify(model.answers.flake.diskoDisks);
  if (!isSaid) return [next, effects];
  const [last, more] = onFlake(next, next.screen, { is: "entered" });
  return [last, [...effects, ...more]];
}

/** The screen as it stands when the answers have been typed into it; null where they do not say enough. */
function asAnswered(model: Model, screen: FlakeScreen): FlakeScreen | null {
  const { probe, preflight } = model.flake;
  const { reference, host } = model.answers.flake;
  switch (screen.part) {
    case "reference": {
      const wanted = reference || model.given.flake;
      if (probe.is !== "idle" || !wanted) return null;
      return { ...screen, row: 0, input: textInput(host ? `${wanted}#${host}` : wanted) };
    }
    case "hosts": {
      const found = probe.is === "done" ? probe.value.hosts[screen.row] : undefined;
      const isFit = found?.name === host && hostReason(model, found) === null;
      return isFit && !pendingTrust(model) ? screen : null;
    }
    case "disko":
    case "access":
      return null;
    case "findings":
      return preflight.is === "done" && preflight.value.findings.every(({ level }) => level === "ok")
        ? screen
        : null;
    default:
      return screen.part satisfies never;
  }
}
