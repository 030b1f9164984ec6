import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import type { DatasetChoice } from "../../../tui/plan/choices.ts";
import { datasetLine, parseDatasetLine } from "../../../tui/plan/dataset-line.ts";
import { chosenDatasets } from "../../../tui/plan/datasets.ts";
import { layoutChoices } from "./example.ts";

const plain = { mountpoint: null, properties: {}, refreservation: null, snapshot: null };

test.each<[string, DatasetChoice]>([
  ["safe", { ...plain, name: "safe" }],
  ["safe/home /home", { ...plain, name: "safe/home", mountpoint: "/home" }],
  ["reserved refreservation=1G", { ...plain, name: "reserved", refreservation: GiB }],
  ["reserved refreservation=auto", { ...plain, name: "reserved", refreservation: "auto" }],
  [
    "local/root / recordsize=16k com.example:a=b=c @blank",
    {
      ...plain,
      name: "local/root",
      mountpoint: "/",
      properties: { recordsize: "16k", "com.example:a": "b=c" },
      snapshot: "blank",
    },
  ],
])("%s", (line, dataset) => {
  expect(datasetLine(dataset)).toBe(line);
  expect(parseDatasetLine(line)).toEqual(dataset);
});

test.each(["simple", "server", "impermanence"] as const)(
  "the datasets of %s can be written and read",
  (preset) => {
    for (const dataset of chosenDatasets({ ...layoutChoices, preset }))
      expect(parseDatasetLine(datasetLine(dataset))).toEqual(dataset);
  },
);

test.each([
  ["", "A dataset's name has letters"],
  ["a /b /c", "A dataset is mounted at one place only."],
  ["a b", "After its name a dataset has a /place, property=value or @snapshot, not b."],
  ["a refreservation=lots", "The space to keep is auto or a size such as 1G, not lots."],
  ["a /b mountpoint=/c", "The property mountpoint cannot be set here."],
  ["a /b/", "A place to mount begins with /"],
  ["a @no/such", "A snapshot's name has letters"],
])("%j is refused", (line, problem) => {
  expect(parseDatasetLine(line)).toContain(problem);
});
