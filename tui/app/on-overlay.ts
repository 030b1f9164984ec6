import type { Message } from "./message.ts";
import type { Model, Overlay } from "./model.ts";
import { goTo, stay, type Updated } from "./navigation.ts";

/** Keys while something is drawn over the screen: scrolling and closing. */
export function onOverlay(model: Model, overlay: Overlay, message: Message): Updated {
  switch (message.is) {
    case "overlay-closed":
    case "went-back":
    case "entered":
      return stay({ ...model, overlay: null });
    case "focus-moved":
      return stay({ ...model, overlay: scrolled(model, overlay, message.by) });
    case "focus-moved-to-end":
      return stay({
        ...model,
        overlay: scrolled(model, overlay, message.end === "first" ? -1e6 : 1e6),
      });
    default:
      return stay(model);
  }
}

/** Lines that an overlay has room for: all but the header, two rules, the place in the text and the keys. */
export function paneRows(model: Model): number {
  return Math.max(1, model.size.rows - 5);
}

function scrolled(model: Model, overlay: Overlay, by: number): Overlay {
  const clamp = (top: number, length: number) => Math.max(0, Math.min(top, length - paneRows(model)));
  switch (overlay.show) {
    case "text":
      return { ...overlay, top: clamp(overlay.top + by, overlay.lines.length) };
    case "log":
      return { ...overlay, back: clamp(overlay.back - by, model.run.lines.length) };
    default:
      return overlay;
  }
}

/** What follows from a question that was answered. */
export function onAnswer(model: Model, isYes: boolean): Updated {
  if (model.overlay?.show !== "question") return stay(model);
  const { about } = model.overlay;
  const closed: Model = { ...model, overlay: null };
  if (!isYes) return stay(closed);
  switch (about) {
    case "leave":
      return stay(closed, { do: "leave" });
    case "reboot":
      return stay({ ...closed, notice: "Rebooting…" }, { do: "reboot" });
    case "kexec":
      return stay({ ...closed, notice: "Starting the installed system…" }, { do: "kexec" });
    case "power-off":
      return stay({ ...closed, notice: "Powering off…" }, { do: "power-off" });
    case "stop":
      return stay({ ...closed, notice: "Asked the installation to stop…" }, { do: "stop-run" });
    case "start-over":
      return goTo(closed, { at: "start" }, { do: "clear-run" });
    default:
      return about satisfies never;
  }
}
