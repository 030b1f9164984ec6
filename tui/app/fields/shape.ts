import { formatBytes } from "../../base/bytes.ts";
import type { LayoutChoices } from "../../plan/choices.ts";
import { vdevOptions } from "../../plan/layout.ts";
import { shapeTitle, whyNotShape } from "../../plan/vdev.ts";
import { disksOf } from "./chosen.ts";
import { choice, type Field, simpleField } from "./field.ts";

export const redundancy: Field = {
  title: "Redundancy",
  place: /vdev/,
  value: ({ answers: { layout } }) => shapeValue(layout),
  told: (model) => {
    const { layout } = model.answers;
    const options = vdevOptions(disksOf(model), layout);
    const option = options.find((one) => shapeValue({ ...one, vdev: one.kind }) === shapeValue(layout));
    return [
      option?.title ?? shapeTitle(layout, model.answers.disks.length),
      option?.reason ?? option?.mayDie ?? "",
    ];
  },
  choices: (model) =>
    vdevOptions(disksOf(model), model.answers.layout).map((option) => {
      const usable = option.usable === null ? [] : [`${formatBytes(option.usable)} usable`];
      const note = [...usable, option.mayDie].join(", ");
      return choice(shapeValue({ ...option, vdev: option.kind }), option.title, note, option.reason);
    }),
  change: (layout, value) => {
    const [vdev = "", width = ""] = value.split(":");
    return {
      ...layout,
      vdev: vdev as LayoutChoices["vdev"],
      groupWidth: width === "" ? null : Number(width),
    };
  },
};

function shapeValue({ vdev, groupWidth }: Pick<LayoutChoices, "vdev" | "groupWidth">): string {
  return groupWidth === null ? vdev : `${vdev}:${groupWidth}`;
}

export const spares: Field = {
  ...simpleField("Spares", "spares", [], { read: Number }),
  told: (model) => {
    const { spares } = model.answers.layout;
    const last = disksOf(model)
      .slice(-spares)
      .map(({ name }) => name);
    return spares === 0 ? ["none", ""] : [String(spares), `${last.join(", ")}, in place of a disk that dies`];
  },
  choices: (model) =>
    [0, 1, 2, 3].map((spares) => {
      const reason = whyNotShape({ ...model.answers.layout, spares }, model.answers.disks.length);
      const note = spares === 0 ? "every disk is in use" : "ready in place of a disk that dies";
      return choice(
        String(spares),
        spares === 0 ? "none" : String(spares),
        note,
        spares === 0 ? null : reason,
      );
    }),
};
