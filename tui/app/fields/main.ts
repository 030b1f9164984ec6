import { formatBytes, GiB } from "../../base/bytes.ts";
import type { LayoutChoices } from "../../plan/choices.ts";
import type { Model } from "../model.ts";
import { machineOf } from "../navigation.ts";
import { keptDisksOf } from "./chosen.ts";
import { datasets } from "./datasets.ts";
import { encryption, unlock } from "./encryption.ts";
import { choice, type Field, simpleField } from "./field.ts";
import { redundancy, spares } from "./shape.ts";

/** The fields of the first page. */

const swapSizes = [0, 1, 2, 4, 8, 16, 32].map((size) => size * GiB);

const swap: Field = {
  ...simpleField(
    "Swap",
    "swap",
    swapSizes.map((size) =>
      choice(String(size), size === 0 ? "none" : formatBytes(size), size === 0 ? "" : "on each disk"),
    ),
    { read: Number, words: (value) => formatBytes(Number(value)) },
  ),
  told: ({ answers: { layout } }) => {
    if (layout.swap === 0) return ["none", layout.zram ? "but in compressed memory (zram)" : ""];
    const isEncrypted = layout.encryption !== "none";
    return [
      `${formatBytes(layout.swap)} a disk`,
      isEncrypted ? "encrypted with a new random key at each boot" : "",
    ];
  },
};

const bootLoader: Field = {
  ...simpleField("Boot loader", "bootLoader", []),
  told: ({ answers: { layout } }) => [
    layout.bootLoader === "grub" ? "GRUB" : "systemd-boot",
    layout.bootLoader === "grub" ? "on every disk, each can start the machine" : "",
  ],
  choices: (model) => {
    const isBios = machineOf(model)?.firmware === "bios";
    const reason = isBios ? "needs UEFI" : model.answers.disks.length > 1 ? "needs a single disk" : null;
    return [
      choice("grub", "GRUB", "on every disk, UEFI or BIOS"),
      choice("systemd-boot", "systemd-boot", "one disk, UEFI", reason),
    ];
  },
};

const typed = { choices: () => [], change: (layout: LayoutChoices) => layout };

export const fieldsMain = {
  redundancy,
  pool: {
    ...typed,
    title: "Pool",
    place: /pool/,
    value: ({ answers }) => answers.layout.pool,
    told: (model) => [model.answers.layout.pool, isRenamed(model) ? "rpool is on a disk that is kept" : ""],
    change: (layout, value) => ({ ...layout, pool: value }),
  },
  hostname: {
    ...typed,
    title: "Hostname",
    place: /hostname|hostId/i,
    value: ({ answers }) => answers.system.hostname ?? "",
    told: ({ answers: { system } }) => [
      system.hostname ?? "the flake's own",
      system.hostId ? `hostId ${system.hostId}` : "",
    ],
  },
  encryption,
  unlock,
  swap,
  datasets,
  spares,
  bootLoader,
} satisfies Readonly<Record<string, Field>>;

function isRenamed(model: Model): boolean {
  const { layout } = model.answers;
  if (!/^rpool\d+$/.test(layout.pool)) return false;
  return keptDisksOf(model).some(({ contents }) => contents.some(({ pool }) => pool?.name === "rpool"));
}
