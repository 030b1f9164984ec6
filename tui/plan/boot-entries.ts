import type { Machine } from "../machine/machine.ts";
import type { Command } from "../tools/command.ts";
import { createBootEntry } from "../tools/efibootmgr.ts";
import type { Layout } from "./layout.ts";
import { partitionFor } from "./partition.ts";
import type { BootEntryChoice, Step } from "./step.ts";

/** How the labels of our entries begin. */
export const bootEntryLabel = "NixOS, disk ";

/** What GRUB and systemd-boot are both installed as. */
const loader = "\\EFI\\BOOT\\BOOTX64.EFI";

/**
 * One entry of the firmware's menu for each disk, where that can be written. The installed system leaves the entries
 * alone (canTouchEfiVariables = false): with one removable path on every disk there is nothing to keep up to date.
 */
export function bootEntrySteps({ efiVariables, firmware }: Machine, { disks }: Layout): Step[] {
  if (firmware !== "uefi" || !efiVariables) return [];
  const entries = disks.flatMap(({ disk, partitions }, index): BootEntryChoice[] => {
    const esp = partitionFor(partitions, "esp");
    return esp
      ? [{ disk: disk.path, partition: esp.number, guid: esp.guid, label: `${bootEntryLabel}${index + 1}` }]
      : [];
  });
  return [{ do: "add-boot-entries", entries }];
}

export function bootEntryCommand({ disk, partition, label }: BootEntryChoice): Command {
  return createBootEntry(disk, partition, label, loader);
}
