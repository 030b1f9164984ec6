import { formatBytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import { whyNot } from "../machine/describe.ts";
import type { Content, Disk, Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { hostIdProblem, hostnameProblem, poolNameProblem } from "./names.ts";
import { smallestFor } from "./partition.ts";
import { groupsOf, vdevTitle, whyNotKind } from "./vdev.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything that is wrong with the choice of disks and layout on this machine, in the order of the screens. */
export function layoutIssues(machine: Machine, choices: Choices): Issue[] {
  const { layout, system } = choices;
  const disks = chosenDisks(machine, choices);
  const kindProblem = disks.length > 0 ? whyNotKind(layout.vdev, disks.length) : null;
  return [
    ...diskIssues(machine, choices),
    ...(kindProblem ? [error("layout.vdev", `${capital(vdevTitle(layout.vdev))} ${kindProblem}.`)] : []),
    ...problem("layout.pool", poolNameProblem(layout.pool)),
    ...poolIssues(machine, choices),
    ...sizeIssues(choices),
    ...problem("system.hostname", system.hostname === null ? null : hostnameProblem(system.hostname)),
    ...problem("system.hostId", hostIdProblem(system.hostId)),
    ...lossIssues(disks, choices),
  ];
}

/** The chosen disks that exist, in the order of the machine. */
export function chosenDisks(machine: Machine, { disks }: Choices): Disk[] {
  return machine.disks.filter(({ path }) => disks.includes(path));
}

function diskIssues(machine: Machine, choices: Choices): Issue[] {
  const { disks, identity, layout } = choices;
  if (disks.length === 0) return [error("disks", "No disk is chosen. Choose at least one.")];
  const issues = disks.flatMap((path, index) => {
    const disk = machine.disks.find((candidate) => candidate.path === path);
    if (!disk)
      return [
        error(path, `There is no disk ${path} in this machine. Look again with "rescan", or choose another.`),
      ];
    if (disks.indexOf(path) !== index) return [error(path, `Disk ${path} is chosen twice.`)];
    const reason = whyNot(disk);
    if (reason) return [error(path, `Disk ${path} cannot be used: ${reason}. Choose another.`)];
    const least = smallestFor(layout);
    return disk.size < least
      ? [
          error(
            path,
            `Disk ${path} has ${formatBytes(disk.size)}; these partitions need ${formatBytes(least)}. Choose less swap, or another disk.`,
          ),
        ]
      : [];
  });
  const guids = new Set(identity.diskGuids.map((text) => text.toLowerCase().slice(0, -2)));
  const drawn = identity.diskGuids.length === disks.length && guids.size === disks.length;
  if (!drawn || !identity.diskGuids.every((text) => guid.test(text)))
    issues.push(error("identity.diskGuids", "Every chosen disk needs a GUID of its own."));
  if (
    machine.firmware === "bios" &&
    chosenDisks(machine, choices).some(({ logicalSector }) => logicalSector > 512)
  )
    issues.push(
      error(
        "disks",
        "A BIOS cannot start from disks with 4096-byte sectors. Switch the firmware to UEFI, or choose other disks.",
      ),
    );
  return issues;
}

/** Pools and arrays that are on disks here: by name, and by what the choice does to them. */
function poolIssues(machine: Machine, choices: Choices): Issue[] {
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

function sizeIssues({ layout }: Choices): Issue[] {
  // 65525 clusters of 4096 bytes, the least that FAT32 has on disks with such sectors, and room for two kernels.
  const least = 300 * 1024 ** 2;
  const valid = (size: number) => Number.isFinite(size) && size >= 0;
  return [
    ...(valid(layout.espSize) && layout.espSize >= least
      ? []
      : [error("layout.espSize", `An ESP holds kernels: ${formatBytes(least)} at least.`)]),
    ...(valid(layout.swap) && (layout.swap === 0 || layout.swap >= 1024 ** 2)
      ? []
      : [error("layout.swap", "Swap is 0 for none, or 1 MiB and more.")]),
  ];
}

/** What unequal disks cost. Differences below 1 % are those between two makers' "same" size. */
function lossIssues(disks: readonly Disk[], { layout }: Choices): Issue[] {
  const lost = groupsOf(layout.vdev, disks)
    .map(({ members }) => {
      const least = Math.min(...members.map(({ size }) => size));
      return members.reduce((sum, { size }) => sum + (size - least < least / 100 ? 0 : size - least), 0);
    })
    .reduce((sum, size) => sum + size, 0);
  const message = `The disks differ in size: ${formatBytes(lost)} of the larger ones stay unused until the smaller ones are replaced.`;
  return lost > 0 ? [warning("disks", message)] : [];
}

export function error(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}

function warning(where: string, message: string): Issue {
  return { where, message, severity: "warning" };
}

function problem(where: string, message: string | null): Issue[] {
  return message === null ? [] : [error(where, message)];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
