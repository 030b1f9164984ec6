import type { Issue } from "../base/errors.ts";
import { holderWords } from "../machine/holders.ts";
import type { Content, Disk, Holder, Machine } from "../machine/machine.ts";
import { release } from "../tools/release.ts";
import type { Choices } from "./choices.ts";
import { error, warning } from "./issue.ts";

/**
 * What is on the disks here and reaches over chosen and kept ones. A pool's name that is taken and something that is
 * open on both are errors: the one would be mixed up, the other's kept half would be written to. What is torn apart
 * by the wiping of its chosen half is a warning, seen before the typed word.
 */
export function contentIssues(machine: Machine, choices: Choices): Issue[] {
  const isChosen = ({ path }: Disk) => choices.disks.includes(path);
  const kept = machine.disks.filter((disk) => !isChosen(disk));
  const chosen = machine.disks.filter(isChosen);
  return [...namesakes(kept, machine, choices), ...openOnBoth(chosen, kept), ...torn(chosen, kept)];
}

function namesakes(kept: readonly Disk[], machine: Machine, choices: Choices): Issue[] {
  const { pool } = choices.layout;
  const disk = kept.find(({ contents }) => contents.some((content) => content.pool?.name === pool));
  if (!disk) return [];
  const free = freePoolName(machine, choices);
  const message = `A pool ${pool} is on ${disk.path}, which is kept. Name the new one otherwise, ${free} for instance.`;
  return [error("layout.pool", message)];
}

/** Stopping an array writes to all its members, also to those that nobody chose. */
function openOnBoth(chosen: readonly Disk[], kept: readonly Disk[]): Issue[] {
  const keyOf = ({ kind, path }: Holder) => `${kind} ${path}`;
  const open = new Map(chosen.flatMap(({ holders }) => holders ?? []).map((one) => [keyOf(one), one]));
  return [...open].flatMap(([key, holder]) => {
    const others = kept.filter(({ holders }) => (holders ?? []).some((one) => keyOf(one) === key));
    if (others.length === 0) return [];
    const words = capital(holderWords(holder));
    const places = others.map(({ path }) => path).join(", ");
    const command = release(holder).join(" ");
    const way = `Let go of it with \`${command}\`, or choose all its disks.`;
    return [error("disks", `${words} is open on ${places} too, not chosen. ${way}`)];
  });
}

function torn(chosen: readonly Disk[], kept: readonly Disk[]): Issue[] {
  const groupsOf = (disks: readonly Disk[]) =>
    disks.flatMap((disk) => disk.contents.flatMap((content) => ({ disk, group: groupOf(content) })));
  const ofKept = groupsOf(kept);
  const words = new Map(groupsOf(chosen).flatMap(({ group }) => (group ? [[group.id, group.words]] : [])));
  return [...words].flatMap(([id, name]) => {
    const rest = new Set(ofKept.filter(({ group }) => group?.id === id).map(({ disk }) => disk.path));
    const message = `${name} is also on ${[...rest].join(", ")}, not chosen: it loses the chosen disks.`;
    return rest.size > 0 ? [warning("disks", message)] : [];
  });
}

/** What a content is a part of, when others may be on other disks. */
function groupOf({ type, uuid, label, pool, volumeGroup }: Content): { id: string; words: string } | null {
  if (pool) return { id: `pool ${pool.guid}`, words: `Pool ${pool.name}` };
  if (volumeGroup) return { id: `vg ${volumeGroup.uuid}`, words: `The LVM group ${volumeGroup.name}` };
  if (!uuid) return null;
  if (type === "linux_raid_member") return { id: `md ${uuid}`, words: `The md array ${label ?? uuid}` };
  return type === "btrfs" ? { id: `btrfs ${uuid}`, words: `The btrfs ${label ?? uuid}` } : null;
}

/** A name that no pool on a kept disk has: "rpool", else "rpool2" … */
export function freePoolName(machine: Machine, { disks, layout }: Pick<Choices, "disks" | "layout">): string {
  const taken = new Set(
    machine.disks
      .filter(({ path }) => !disks.includes(path))
      .flatMap(({ contents }) => contents.flatMap(({ pool }) => pool?.name ?? [])),
  );
  const base = layout.pool || "rpool";
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
  return name;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
