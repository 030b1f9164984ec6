import type { Command } from "./command.ts";

/** An entry of the firmware's boot menu. */
export interface BootEntry {
  /** Four hexadecimal digits, "0003". */
  readonly number: string;
  readonly label: string;
  /** The GUID of the partition that it names, in lower case; null when it names none. */
  readonly partition: string | null;
}

/**
 * Adds an entry for a partition of a disk, before all others. --create-only would leave it out of the order.
 * Source efibootmgr(8).
 */
export function createBootEntry(disk: string, partition: number, label: string, loader: string): Command {
  return [
    ...["efibootmgr", "--quiet", "--create", "--disk", disk, "--part", String(partition)],
    ...["--label", label, "--loader", loader],
  ];
}

export function deleteBootEntry(number: string): Command {
  return ["efibootmgr", "--quiet", "--delete-bootnum", "--bootnum", number];
}

export function listBootEntries(): Command {
  return ["efibootmgr"];
}

/** Reads what listBootEntries() prints: "Boot0003* NixOS, disk 1<tab>HD(2,GPT,GUID,0x1000,0x200000)/\EFI\…". */
export function parseBootEntries(output: string): BootEntry[] {
  return [...output.matchAll(/^Boot([0-9A-F]{4})[* ] ([^\t\n]*)(?:\t(.*))?$/gm)].map(
    ([, number = "", label = "", path = ""]) => ({
      number,
      label,
      partition: /HD\(\d+,GPT,([0-9a-f-]{36})/i.exec(path)?.[1]?.toLowerCase() ?? null,
    }),
  );
}
