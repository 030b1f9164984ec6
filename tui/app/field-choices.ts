import { formatBytes, GiB } from "../base/bytes.ts";
import type { Compression, LayoutChoices, Preset } from "../plan/choices.ts";
import { vdevOptions } from "../plan/layout.ts";
import type { LayoutField, Model } from "./model.ts";
import { machineOf } from "./navigation.ts";

/** One line of an opened field. With a reason it is shown, and cannot be taken. */
export interface FieldChoice {
  readonly value: string;
  readonly title: string;
  readonly note: string;
  readonly reason: string | null;
}

const presets: Record<Preset, string> = {
  simple: "one dataset for everything but /nix",
  server: "/, /nix, /home and /var/log apart",
  impermanence: "/ can be rolled back to empty at each boot; /persist stays",
};
const compressions: Readonly<Partial<Record<Compression, string>>> = {
  zstd: "smaller, for most machines",
  lz4: "faster, for old CPUs and very fast disks",
  off: "no compression",
};
const swapSizes = [0, 1, 2, 4, 8, 16, 32].map((size) => size * GiB);

/** What a field offers; empty for the fields that are typed. */
export function choicesOfField(model: Model, field: LayoutField): FieldChoice[] {
  const { layout, disks } = model.answers;
  switch (field) {
    case "redundancy": {
      const chosen = (machineOf(model)?.disks ?? []).filter(({ path }) => disks.includes(path));
      return vdevOptions(chosen, layout).map((option) => ({
        value: option.kind,
        title: option.title,
        note: [option.usable === null ? "" : formatBytes(option.usable), option.mayDie]
          .filter(Boolean)
          .join(" usable, "),
        reason: option.reason,
      }));
    }
    case "encryption":
      return [
        choice("none", "none", "anyone who has the disks can read them"),
        choice("native", "native ZFS", "aes-256-gcm; asks for a passphrase at each boot"),
      ];
    case "swap":
      return swapSizes.map((size) =>
        choice(String(size), size === 0 ? "none" : formatBytes(size), size === 0 ? "" : "on each disk"),
      );
    case "datasets":
      return Object.entries(presets).map(([name, note]) => choice(name, name, note));
    case "compression":
      return Object.entries(compressions).map(([name, note]) => choice(name, name, note ?? ""));
    default:
      return [];
  }
}

function choice(value: string, title: string, note: string): FieldChoice {
  return { value, title, note, reason: null };
}

/** The layout after a choice was made in a field. */
export function withChoice(layout: LayoutChoices, field: LayoutField, value: string): LayoutChoices {
  switch (field) {
    case "redundancy":
      return { ...layout, vdev: value as LayoutChoices["vdev"] };
    case "encryption":
      return { ...layout, encryption: value as LayoutChoices["encryption"] };
    case "swap":
      return { ...layout, swap: Number(value) };
    case "datasets":
      return { ...layout, preset: value as LayoutChoices["preset"] };
    case "compression":
      return { ...layout, compression: value as LayoutChoices["compression"] };
    default:
      return layout;
  }
}

/** The value that a field has now, as in its choices. */
export function valueOfField(model: Model, field: LayoutField): string {
  const { layout, system } = model.answers;
  const values: Record<LayoutField, string> = {
    redundancy: layout.vdev,
    pool: layout.pool,
    hostname: system.hostname ?? "",
    encryption: layout.encryption,
    swap: String(layout.swap),
    datasets: layout.preset,
    compression: layout.compression,
  };
  return values[field];
}
