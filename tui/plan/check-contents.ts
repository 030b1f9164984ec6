import type { Issue } from "../base/errors.ts";
import type { Content, Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { error, warning } from "./issue.ts";

/** Pools and arrays that are on disks here: by name, and by what the choice does to them. */
export function contentIssues(machine: Machine, choices: Choices): Issue[] {
  const members = machine.disks.flatMap((disk) =>
    disk.contents.flatMap((content) => {
      const group = groupOf(content);
      return group ? [{ ...group, pool: content.pool, disk, kept: !choices.disks.includes(disk.path) }] : [];
    }),
  );
  const kept = members.filter((member) => member.kept);
  const namesake = kept.find(({ pool }) => pool?.name === choices.layout.pool);
  const torn = new Map(members.filter((member) => !member.kept).map((member) => [member.id, member.words]));
  return [
    ...(namesake
      ? [
          error(
            "layout.pool",
            `A pool ${namesake.pool?.name} is on ${namesake.disk.path}, which is kept. Name the new one otherwise, ${freePoolName(machine, choices)} for instance.`,
          ),
        ]
      : []),
    ...[...torn].flatMap(([id, words]) => {
      const rest = new Set(kept.filter((member) => member.id === id).map(({ disk }) => disk.path));
      const message = `${words} is also on ${[...rest].join(", ")}, not chosen: it loses the chosen disks.`;
      return rest.size > 0 ? [warning("disks", message)] : [];
    }),
  ];
}

/** What a content is a part of, when others may be on other disks. */
function groupOf({ type, uuid, label, pool }: Content): { id: string; words: string } | null {
  if (pool) return { id: pool.guid, words: `Pool ${pool.name}` };
  if (type === "linux_raid_member" && uuid) return { id: uuid, words: `The md array ${label ?? uuid}` };
  return null;
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
