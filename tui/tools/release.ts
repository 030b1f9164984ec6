import type { Command } from "./command.ts";

/** What is open on a disk: the kind of it, its name and its path. */
interface Open {
  readonly kind: "md" | "lvm" | "crypt" | "swap";
  readonly name: string;
  readonly path: string;
}

/**
 * Takes a device apart that the kernel has put together, or stops swapping to one.
 * LVM volumes go by dmsetup: it writes nothing, and needs no look at the labels of all other disks.
 *
 * Source  mdadm(8), dmsetup(8), cryptsetup-close(8), swapoff(8)
 */
export function release({ kind, name, path }: Open): Command {
  switch (kind) {
    case "md":
      return ["mdadm", "--stop", path];
    case "lvm":
      return ["dmsetup", "remove", "--retry", name];
    case "crypt":
      return ["cryptsetup", "close", name];
    case "swap":
      return ["swapoff", path];
    default:
      return kind satisfies never;
  }
}
