import type { BlockDevice } from "../tools/lsblk.ts";
import type { Disk, Holder } from "./machine.ts";

/** What a device above a disk is, by lsblk's TYPE; null for what is not taken apart here. */
export function holderKind(type: string): Holder["kind"] | null {
  if (/^(raid\d+|linear|md)$/.test(type)) return "md";
  return type === "lvm" || type === "crypt" ? type : null;
}

/** Everything open on a disk, the highest first; a device that is reached on two ways once, at its highest. */
export function holdersOf(disk: BlockDevice): Holder[] {
  const found = new Map<string, Holder>();
  const visit = (device: BlockDevice, level: number) => {
    const kind = holderKind(device.type);
    const holders: Holder[] = [
      ...(kind ? [{ kind, name: device.name, path: device.path, level }] : []),
      ...(device.mountpoints.includes("[SWAP]")
        ? [{ kind: "swap" as const, name: device.name, path: device.path, level: level + 0.5 }]
        : []),
    ];
    for (const holder of holders) {
      const known = found.get(keyOf(holder));
      if (!known || known.level < holder.level) found.set(keyOf(holder), holder);
    }
    for (const child of device.children ?? []) visit(child, level + 1);
  };
  visit(disk, 0);
  return highestFirst([...found.values()]);
}

/** What is open on several disks, each thing once, in the order in which it can be let go of. */
export function holdersOfAll(disks: readonly Disk[]): Holder[] {
  const found = new Map<string, Holder>();
  for (const holder of disks.flatMap(({ holders }) => holders ?? [])) {
    const known = found.get(keyOf(holder));
    if (!known || known.level < holder.level) found.set(keyOf(holder), holder);
  }
  return highestFirst([...found.values()]);
}

/** "md array md127", "swap on vda2". */
export function holderWords({ kind, name }: Holder): string {
  const words = { md: "md array", lvm: "LVM volume", crypt: "encrypted device", swap: "swap on" };
  return `${words[kind]} ${name}`;
}

function keyOf({ kind, path }: Holder): string {
  return `${kind} ${path}`;
}

function highestFirst(holders: readonly Holder[]): Holder[] {
  return holders.toSorted((a, b) => b.level - a.level || (a.path < b.path ? -1 : 1));
}
