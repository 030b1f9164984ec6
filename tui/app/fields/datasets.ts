import type { Preset } from "../../plan/choices.ts";
import { chosenDatasets } from "../../plan/datasets.ts";
import { choice, type Field } from "./field.ts";

const presets: Record<Preset, string> = {
  simple: "one dataset for everything but /nix",
  server: "/, /nix, /home and /var/log apart",
  impermanence: "/ can be rolled back to empty at each boot; /persist stays",
};

/** The value of the line that leads to the editor. */
export const editDatasets = "edit";

export const datasets: Field = {
  title: "Datasets",
  place: /preset|dataset/,
  value: ({ answers: { layout } }) => (layout.datasets === null ? layout.preset : editDatasets),
  told: ({ answers: { layout } }) => {
    const places = chosenDatasets(layout).flatMap(({ mountpoint }) => mountpoint ?? []);
    return layout.datasets === null
      ? [layout.preset, presets[layout.preset]]
      : [`${layout.preset}, edited`, places.join(" ")];
  },
  choices: ({ answers: { layout } }) => [
    ...Object.entries(presets).map(([name, note]) => choice(name, name, note)),
    choice(
      editDatasets,
      "edit",
      `those of ${layout.preset}${layout.datasets ? ", as edited," : ""} one by one`,
    ),
  ],
  change: (layout, value) =>
    value === editDatasets ? layout : { ...layout, preset: value as Preset, datasets: null },
};
