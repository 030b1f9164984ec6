import type { Disk } from "../machine/machine.ts";
import type { DiskIdentity } from "./step.ts";

/** What is remembered of a disk, to be read again right before the first write. */
export function identityOf(disk: Disk): DiskIdentity {
  const { path, size, model, serial, wwn, tableUuid } = disk;
  const contents = disk.contents.map(({ number, type, label, uuid }) =>
    [number ?? "whole disk", type ?? "unknown", label, uuid].filter((word) => word !== null).join(" "),
  );
  const holders = (disk.holders ?? []).map(({ path }) => path);
  return { path, size, model, serial, wwn, tableUuid, contents, holders };
}

/** In which points a disk is no longer what it was, in words; empty when it is the same. */
export function differences(before: DiskIdentity, after: DiskIdentity | undefined): string[] {
  if (!after) return ["it is gone"];
  const points: [string, unknown, unknown][] = [
    ["size", before.size, after.size],
    ["model", before.model, after.model],
    ["serial number", before.serial, after.serial],
    ["wwn", before.wwn, after.wwn],
    ["partition table", before.tableUuid, after.tableUuid],
    ["contents", before.contents.join(", "), after.contents.join(", ")],
    ["use", before.holders.join(", "), after.holders.join(", ")],
  ];
  return points
    .filter(([, was, is]) => was !== is)
    .map(([name, was, is]) => `its ${name} was ${was || "none"} and is ${is || "none"}`);
}
