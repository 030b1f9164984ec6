import type { Key } from "./key.ts";
import type { Message } from "./message.ts";
import type { Model, OpenField, Screen } from "./model.ts";
import { paneRows } from "./on-overlay.ts";

/**
 * What a key means on the screen that is shown; null when it means nothing.
 * Ctrl-L never arrives: the terminal redraws by itself. Menus (start, failed, done, an opened field) take arrows, Enter and digits themselves.
 */
export function keyToMessage(model: Model, key: Key): Message | null {
  if (model.overlay) return overlayKey(model, key);
  if (key.name === "ctrl" && key.text === "c") return { is: "stop-asked" };
  if (isTyping(model.screen)) return typingKey(model.screen, key);
  if (key.text === "?") return { is: "help-asked" };
  if (key.name === "escape") return { is: "went-back" };
  return screenKey(model.screen, key);
}

function overlayKey(model: Model, key: Key): Message | null {
  if (model.overlay?.show === "question") {
    if (key.text === "y" || key.text === "Y") return { is: "question-answered", isYes: true };
    const isNo = ["n", "N"].includes(key.text) || key.name === "escape" || key.name === "ctrl";
    return isNo ? { is: "question-answered", isYes: false } : null;
  }
  if (key.name === "ctrl" && key.text === "c") return { is: "overlay-closed" };
  const page = paneRows(model) - 1;
  if (key.name === "page-down" || key.name === "space") return { is: "focus-moved", by: page };
  if (key.name === "page-up") return { is: "focus-moved", by: -page };
  return moveKey(key) ?? (["up", "down"].includes(key.name) ? null : { is: "overlay-closed" });
}

function moveKey(key: Key): Message | null {
  if (key.name === "up" || key.text === "k") return { is: "focus-moved", by: -1 };
  if (key.name === "down" || key.text === "j") return { is: "focus-moved", by: 1 };
  if (key.name === "page-up") return { is: "focus-moved", by: -10 };
  if (key.name === "page-down") return { is: "focus-moved", by: 10 };
  if (key.name === "home") return { is: "focus-moved-to-end", end: "first" };
  if (key.name === "end") return { is: "focus-moved-to-end", end: "last" };
  return null;
}

/** Whether letters go into a line of text. */
function isTyping(screen: Screen): boolean {
  if (screen.at === "layout") return screen.open !== null && isTypedIn(screen.open);
  if (screen.at === "flake")
    return screen.part === "reference" || (screen.part === "access" && screen.access?.kind !== "host-key");
  return screen.at === "review";
}

function isTypedIn(open: OpenField): boolean {
  return open.kind === "datasets" ? open.input !== null : open.kind !== "choices";
}

function typingKey(screen: Screen, key: Key): Message | null {
  if (key.name === "escape") return { is: "went-back" };
  if (key.name === "enter") return { is: "entered" };
  // An empty line takes the letters as commands, for nothing that is typed here begins with them.
  const isEmpty =
    (screen.at === "flake" && (screen.part === "access" ? screen.typed : screen.input)?.value === "") ||
    (screen.at === "review" && screen.typed.value === "");
  if (isEmpty && key.text === "?") return { is: "help-asked" };
  if (isEmpty && screen.at === "review" && key.text === "c") return { is: "commands-asked" };
  if (isEmpty && screen.at === "review" && key.text === "s") return { is: "save-asked" };
  if (screen.at === "flake" && key.name === "ctrl" && key.text === "w") return { is: "raw-asked" };
  if (screen.at !== "layout" && ["up", "down", "page-up", "page-down"].includes(key.name))
    return moveKey(key);
  return { is: "key-typed", key };
}

function screenKey(screen: Screen, key: Key): Message | null {
  switch (screen.at) {
    case "start":
      return null;
    case "mounted":
      return moveKey(key) ?? letter(key, { r: { is: "rescan-asked" } });
    case "repair":
      return letter(key, { r: { is: "rescan-asked" } });
    case "disks":
      return (
        moveKey(key) ??
        letter(key, { r: { is: "rescan-asked" }, d: { is: "details-toggled" } }, "disk-marked")
      );
    case "layout":
      if (screen.open?.kind === "datasets")
        return moveKey(key) ?? letter(key, { a: { is: "add-asked" }, d: { is: "remove-asked" } });
      if (screen.open) return null;
      return moveKey(key) ?? letter(key, { n: { is: "next-asked" } }, "entered");
    case "flake":
      return (
        moveKey(key) ??
        letter(
          key,
          {
            y: { is: "trust-answered", isTrusted: true },
            n: { is: "trust-answered", isTrusted: false },
            e: { is: "edit-asked" },
            w: { is: "raw-asked" },
            r: { is: "rescan-asked" },
            b: { is: "build-here-asked" },
            a: { is: "access-asked" },
          },
          screen.part === "disko" ? "disk-marked" : undefined,
        )
      );
    case "progress":
    case "failed":
    case "done":
      return letter(key, { l: { is: "log-asked" }, q: { is: "leave-asked" } });
    default:
      return null;
  }
}

function letter(
  key: Key,
  letters: Readonly<Record<string, Message>>,
  space?: "disk-marked" | "entered",
): Message | null {
  if (key.name === "enter") return { is: "entered" };
  if (key.name === "space" && space) return { is: space };
  return (key.name === "text" && letters[key.text]) || null;
}
