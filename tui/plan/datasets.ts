import { type Bytes, GiB, MiB } from "../base/bytes.ts";
import type { DatasetChoice, LayoutChoices, Preset } from "./choices.ts";
import type { Dataset } from "./step.ts";

/** The snapshot that / of an impermanent system goes back to at each boot. */
export const blankSnapshot = "blank";

function dataset(
  name: string,
  mountpoint: string | null,
  changes: Partial<DatasetChoice> = {},
): DatasetChoice {
  return { name, mountpoint, properties: {}, refreservation: null, snapshot: null, ...changes };
}

// Names in the store are bytes: normalised, some packages could not be unpacked.
const nix = dataset("local/nix", "/nix", {
  properties: { atime: "off", normalization: "none", utf8only: "off" },
});
const home = dataset("safe/home", "/home");
const logs = dataset("safe/var/log", "/var/log");
// Space that nothing uses: a full pool can be emptied again only when there is some left to write to.
const reserved = dataset("reserved", null, { refreservation: "auto" });

/** What each preset makes: `local` can be made again from the flake, `safe` is what a backup takes. */
const presets: Readonly<Record<Preset, readonly DatasetChoice[]>> = {
  simple: [dataset("local/root", "/"), nix, reserved],
  server: [dataset("local/root", "/"), nix, home, logs, reserved],
  impermanence: [
    dataset("local/root", "/", { snapshot: blankSnapshot }),
    nix,
    home,
    logs,
    dataset("safe/persist", "/persist"),
    reserved,
  ],
};

/** The datasets that are chosen: the person's own, or those of the preset. */
export function chosenDatasets({ datasets, preset }: LayoutChoices): readonly DatasetChoice[] {
  return datasets ?? presets[preset];
}

/**
 * The datasets to make, parents first; a parent that nobody named holds the others and is mounted nowhere.
 * All are mounted by the installed system (mountpoint=legacy), none by zfs.
 */
export function datasetsOf(layout: LayoutChoices, usable: Bytes): Dataset[] {
  const chosen = chosenDatasets(layout);
  const made = new Set<string>();
  return chosen.flatMap(({ name }) => {
    const parts = name.split("/");
    return parts.flatMap((_, index) => {
      const path = parts.slice(0, index + 1).join("/");
      if (made.has(path)) return [];
      made.add(path);
      const choice = chosen.find((other) => other.name === path) ?? dataset(path, null);
      return [datasetOf(choice, layout.pool, usable)];
    });
  });
}

function datasetOf(choice: DatasetChoice, pool: string, usable: Bytes): Dataset {
  const { mountpoint, properties, refreservation, snapshot } = choice;
  const reserved = refreservation === "auto" ? reservedSpace(usable) : refreservation;
  return {
    name: `${pool}/${choice.name}`,
    properties: {
      ...(mountpoint === null ? { canmount: "off" } : { mountpoint: "legacy" }),
      ...properties,
      ...(reserved === null ? {} : { refreservation: String(reserved) }),
    },
    mountpoint,
    snapshot,
  };
}

/** 1 GiB, or 1/32 of a small pool. */
export function reservedSpace(usable: Bytes): Bytes {
  return Math.floor(Math.min(GiB, usable / 32) / MiB) * MiB;
}
