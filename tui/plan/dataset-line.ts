import { GiB, KiB, MiB, parseBytes, TiB } from "../base/bytes.ts";
import { datasetProblems } from "./check-datasets.ts";
import type { DatasetChoice } from "./choices.ts";

/**
 * A dataset as one line of text, as it is edited on the screen:
 * `safe/home /home recordsize=16k refreservation=1G @blank`; a dataset that is mounted nowhere has no path.
 */
export function datasetLine(dataset: DatasetChoice): string {
  const { name, mountpoint, properties, refreservation, snapshot } = dataset;
  return [
    name,
    ...(mountpoint === null ? [] : [mountpoint]),
    ...Object.entries(properties).map(([key, value]) => `${key}=${value}`),
    ...(refreservation === null ? [] : [`refreservation=${spaceText(refreservation)}`]),
    ...(snapshot === null ? [] : [`@${snapshot}`]),
  ].join(" ");
}

/** Reads such a line; the words after the name may stand in any order. A text is what is wrong with it. */
export function parseDatasetLine(line: string): DatasetChoice | string {
  const [name = "", ...words] = line.trim().split(/\s+/);
  let dataset: DatasetChoice = {
    name,
    mountpoint: null,
    properties: {},
    refreservation: null,
    snapshot: null,
  };
  for (const word of words) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    if (word.startsWith("/")) {
      if (dataset.mountpoint !== null) return "A dataset is mounted at one place only.";
      dataset = { ...dataset, mountpoint: word };
    } else if (word.startsWith("@")) dataset = { ...dataset, snapshot: word.slice(1) };
    else if (key === "refreservation") {
      const space = value === "auto" ? value : parseBytes(value);
      if (space === undefined) return `The space to keep is auto or a size such as 1G, not ${value}.`;
      dataset = { ...dataset, refreservation: space };
    } else if (key !== "") dataset = { ...dataset, properties: { ...dataset.properties, [key]: value } };
    else return `After its name a dataset has a /place, property=value or @snapshot, not ${word}.`;
  }
  return datasetProblems(dataset)[0] ?? dataset;
}

/** "1G" where it is that exactly, so that it can be read again; a number of bytes otherwise. */
function spaceText(space: number | "auto"): string {
  if (space === "auto") return space;
  const unit = (
    [
      ["T", TiB],
      ["G", GiB],
      ["M", MiB],
      ["K", KiB],
    ] as const
  ).find(([, size]) => space > 0 && space % size === 0);
  return unit ? `${space / unit[1]}${unit[0]}` : String(space);
}
