import { type Command, settings } from "./command.ts";

type Properties = Readonly<Record<string, string>>;

/** Creates a dataset; its parent must exist. Source zfs-create(8). */
export function createDataset(name: string, properties: Properties): Command {
  return ["zfs", "create", ...settings("-o", properties), name];
}

export function takeSnapshot(dataset: string, name: string): Command {
  return ["zfs", "snapshot", `${dataset}@${name}`];
}
