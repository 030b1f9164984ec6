import { existsSync } from "node:fs";
import { ToolError } from "../base/errors.ts";
import { bootEntryCommand, bootEntryLabel } from "../plan/boot-entries.ts";
import { partitionPath } from "../plan/partition.ts";
import type { StepOf } from "../plan/step.ts";
import { type BootEntry, deleteBootEntry, listBootEntries, parseBootEntries } from "../tools/efibootmgr.ts";
import type { StepContext } from "./resume.ts";

/**
 * Adds the entries that are not there yet, the last first: each new one goes before all others. Entries of earlier
 * installations whose partition is gone are taken out. A firmware that refuses is no failure: it finds the boot
 * loader on each disk by its removable path as well.
 */
export async function addBootEntries(
  { entries }: StepOf<"add-boot-entries">,
  { recorder }: StepContext,
): Promise<void> {
  try {
    const there = parseBootEntries((await recorder.exec(listBootEntries())).stdout);
    const isWanted = (guid: string | null) => entries.some((entry) => entry.guid === guid);
    for (const entry of there)
      if (isStale(entry) && !isWanted(entry.partition)) await recorder.exec(deleteBootEntry(entry.number));
    const missing = entries.filter(({ guid }) => !there.some(({ partition }) => partition === guid));
    for (const entry of missing.toReversed()) await recorder.exec(bootEntryCommand(entry));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    recorder.note(`The firmware takes no boot entry: ${error.message}`);
  }
}

/** Ours, and of a partition that no disk has any more. */
function isStale({ label, partition }: BootEntry): boolean {
  return label.startsWith(bootEntryLabel) && partition !== null && !existsSync(partitionPath(partition));
}
