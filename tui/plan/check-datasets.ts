import type { Issue } from "../base/errors.ts";
import type { DatasetChoice, LayoutChoices } from "./choices.ts";
import { blankSnapshot, chosenDatasets } from "./datasets.ts";
import { error } from "./issue.ts";
import { datasetPropertyProblem } from "./property-values.ts";

/** What is wrong with the datasets, one by one and together. */
export function datasetIssues(layout: LayoutChoices): Issue[] {
  const datasets = chosenDatasets(layout);
  const at = (index: number) => `layout.datasets[${index}]`;
  const messages = datasets.flatMap((dataset, index) => [
    ...datasetProblems(dataset).map((message) => error(at(index), message)),
    ...twins(datasets, index).map((message) => error(at(index), message)),
  ]);
  return [
    ...messages,
    ...togetherProblems(layout, datasets).map((message) => error("layout.datasets", message)),
  ];
}

/** What is wrong with one dataset by itself. */
export function datasetProblems(dataset: DatasetChoice): string[] {
  const { name, mountpoint, properties, refreservation, snapshot } = dataset;
  return [
    datasetNameProblem(name),
    mountpoint === null ? null : mountpointProblem(mountpoint),
    ...Object.entries(properties).map(([key, value]) => datasetPropertyProblem(key, value)),
    refreservation === null || refreservation === "auto" || isSpace(refreservation)
      ? null
      : `The space kept for ${name} is a number of bytes.`,
    snapshot === null || /^[\w.:-]{1,64}$/.test(snapshot)
      ? null
      : "A snapshot's name has letters, digits and _ - . : only.",
  ].filter((message) => message !== null);
}

/** Source zfs_namecheck.c (dataset_namecheck), without the blanks that it takes. */
export function datasetNameProblem(name: string): string | null {
  if (name.length > 128) return "A dataset's name is too long; 128 characters are the most.";
  return /^[a-z0-9][\w.:-]*(\/[a-z0-9][\w.:-]*)*$/i.test(name)
    ? null
    : "A dataset's name has letters, digits and _ - . :, with / between a parent and what is in it: safe/home.";
}

/** Source hier(7): what the kernel, the ESPs and the initrd mount by themselves is not for datasets. */
export function mountpointProblem(path: string): string | null {
  if (path === "/") return null;
  if (!/^(\/[\w.:+@-]+)+$/.test(path) || path.split("/").some((part) => part === "." || part === ".."))
    return "A place to mount begins with /, with plain names in it: /var/lib.";
  const taken = /^\/(boot(-\d+)?|proc|sys|dev|run|nix\/store)(\/|$)/.exec(path)?.[1];
  return taken ? `The place /${taken} is not for a dataset: the system mounts something else there.` : null;
}

function isSpace(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= 0;
}

function twins(datasets: readonly DatasetChoice[], index: number): string[] {
  const { name, mountpoint } = datasets[index] ?? { name: "", mountpoint: null };
  const before = datasets.slice(0, index);
  return [
    ...(before.some((other) => other.name === name) ? [`There are two datasets ${name}.`] : []),
    ...(mountpoint !== null && before.some((other) => other.mountpoint === mountpoint)
      ? [`Two datasets are to be mounted at ${mountpoint}.`]
      : []),
  ];
}

function togetherProblems({ preset }: LayoutChoices, datasets: readonly DatasetChoice[]): string[] {
  const at = (place: string) => datasets.find(({ mountpoint }) => mountpoint === place);
  const root = at("/");
  if (!root) return ["No dataset is mounted at /: the system needs one."];
  if (preset !== "impermanence") return [];
  return [
    ...(root.snapshot === blankSnapshot
      ? []
      : [`The dataset of / needs the snapshot ${blankSnapshot}, which it goes back to at each boot.`]),
    ...["/nix", "/persist"]
      .filter((place) => !at(place))
      .map(
        (place) => `With impermanence ${place} has to be a dataset of its own: / is emptied at each boot.`,
      ),
  ];
}
