import { createElement } from "react";
import type { Model } from "../../../tui/app/model.ts";
import { ScreenView } from "../../../tui/screens/screen-view.tsx";
import { type ScreenOptions, showScreen } from "../screen.ts";

/** The lines of a model's screen, drawn by Ink on a terminal emulator. */
export async function shown(model: Model, options: ScreenOptions = {}): Promise<string[]> {
  const screen = await showScreen(createElement(ScreenView, { model, send: () => {} }), options);
  try {
    return await screen.lines();
  } finally {
    screen.close();
  }
}

export async function textOf(model: Model, options: ScreenOptions = {}): Promise<string> {
  return (await shown(model, options)).join("\n");
}
