import { goOnAlone } from "./flake-alone.ts";
import { recheckIfChanged } from "./flake-check.ts";
import type { Message } from "./message.ts";
import type { Model } from "./model.ts";
import { stay, type Updated } from "./navigation.ts";
import { onDisks } from "./on-disks.ts";
import { onFlake } from "./on-flake.ts";
import { onKnown } from "./on-known.ts";
import { onLayout } from "./on-layout.ts";
import { onMounted } from "./on-mounted.ts";
import { onAnswer, onOverlay } from "./on-overlay.ts";
import { onRepair } from "./on-repair.ts";
import { onReview } from "./on-review.ts";
import { onMenuItem, onRunChanged, screenOfRun } from "./on-run.ts";
import { textInput } from "./text-input.ts";

/** The next model, and what is asked of the world. Pure: the same values give the same answer. */
export function update(model: Model, message: Message): Updated {
  const [next, effects] = react(model, message);
  const isMove = next.screen.at === "flake" && model.screen.at !== "flake";
  const isNews = next !== model && news.includes(message.is);
  // Going back to the flake with another layout makes nix look at it again.
  const [checked, more] = isMove ? recheckIfChanged(next) : stay(next);
  const [last, andMore] = isMove || isNews ? goOnAlone(checked) : stay(checked);
  return [last, [...effects, ...more, ...andMore]];
}

/** What the flake screen may have waited for. */
const news: readonly Message["is"][] = ["flake-probed", "flake-checked", "trust-answered"];

function react(model: Model, message: Message): Updated {
  switch (message.is) {
    case "clock-ticked":
      return stay(model);
    case "terminal-resized":
      return stay({ ...model, size: { columns: message.columns, rows: message.rows } });
    case "run-changed":
      return onRunChanged(model, message.status);
    case "engine-start-failed":
      // Back to where it was asked for: the installation that stopped, or the review.
      return [
        {
          ...model,
          screen: screenOfRun(model.run) ?? { at: "review", typed: textInput(), top: 0 },
          notice: message.sentence,
        },
        [],
      ];
    case "menu-item-chosen":
      return onMenuItem({ ...model, notice: null }, message.item);
    case "help-asked":
      return stay({ ...model, overlay: { show: "help", top: 0 } });
    case "log-asked":
      return stay({ ...model, overlay: { show: "log", back: 0 } });
    case "stop-asked":
      return stay({
        ...model,
        overlay: { show: "question", about: model.run.state === "running" ? "stop" : "leave" },
      });
    case "leave-asked":
      return stay({ ...model, overlay: { show: "question", about: "leave" } });
    case "question-answered":
      return onAnswer(model, message.isYes);
    default:
      return onKnown(model, message) ?? onKey(model, message);
  }
}

/** A key that means something: the overlay's first, then the screen's. */
function onKey(before: Model, message: Message): Updated {
  const model: Model = { ...before, notice: null };
  if (model.overlay) return onOverlay(model, model.overlay, message);
  const { screen } = model;
  switch (screen.at) {
    case "repair":
      return onRepair(model, message);
    case "mounted":
      return onMounted(model, screen, message);
    case "disks":
      return onDisks(model, screen, message);
    case "layout":
      return onLayout(model, screen, message);
    case "flake":
      return onFlake(model, screen, message);
    case "review":
      return onReview(model, screen, message);
    case "start":
    case "progress":
    case "failed":
    case "done":
      return stay(model);
    default:
      return screen satisfies never;
  }
}
