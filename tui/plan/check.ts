import { formatBytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import { whyNot } from "../machine/describe.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import { contentIssues } from "./check-contents.ts";
import { datasetIssues } from "./check-datasets.ts";
import { encryptionIssues } from "./check-encryption.ts";
import { propertyIssues, sizeIssues } from "./check-properties.ts";
import type { Choices } from "./choices.ts";
import { chosenDatasets } from "./datasets.ts";
import { error, problem, warning } from "./issue.ts";
import { hostIdProblem, hostnameProblem, poolNameProblem } from "./names.ts";
import { smallestFor } from "./partition.ts";
import { groupsOf, usableOf, vdevTitle, whyNotShape } from "./vdev.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything that is wrong with the choice of disks and layout on this machine, in the order of the screens. */
export function layoutIssues(machine: Machine, choices: Choices): Issue[] {
  const { layout, system } = choices;
  const disks = chosenDisks(machine, choices);
  const kindProblem = disks.length > 0 ? whyNotShape(layout, disks.length) : null;
  return [
    ...diskIssues(machine, choices),
    ...(kindProblem ? [error("layout.vdev", `${capital(vdevTitle(layout.vdev))} ${kindProblem}.`)] : []),
    ...problem("layout.pool", poolNameProblem(layout.pool)),
    ...contentIssues(machine, choices),
    ...sizeIssues(layout),
    ...propertyIssues(machine, choices),
    ...datasetIssues(layout),
    ...encryptionIssues(machine, choices),
    ...problem("system.hostname", system.hostname === null ? null : hostnameProblem(system.hostname)),
    ...problem("system.hostId", hostIdProblem(system.hostId)),
    ...lossIssues(disks, choices),
    ...spaceIssues(disks, choices, kindProblem === null),
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

/** What is kept for datasets must be there. */
function spaceIssues(disks: readonly Disk[], { layout }: Choices, isPossible: boolean): Issue[] {
  if (disks.length === 0 || !isPossible) return [];
  const usable = usableOf(disks, layout);
  const kept = chosenDatasets(layout).reduce(
    (sum, { refreservation }) => sum + (typeof refreservation === "number" ? refreservation : 0),
    0,
  );
  const message = `Datasets are to keep ${formatBytes(kept)}, and the pool has ${formatBytes(usable)}.`;
  return kept > usable ? [error("layout.datasets", message)] : [];
}

/** What unequal disks cost. Differences below 1 % are those between two makers' "same" size. */
function lossIssues(disks: readonly Disk[], { layout }: Choices): Issue[] {
  const lost = groupsOf(layout, disks)
    .map(({ members }) => {
      const least = Math.min(...members.map(({ size }) => size));
      return members.reduce((sum, { size }) => sum + (size - least < least / 100 ? 0 : size - least), 0);
    })
    .reduce((sum, size) => sum + size, 0);
  const message = `The disks differ in size: ${formatBytes(lost)} of the larger ones stay unused until the smaller ones are replaced.`;
  return lost > 0 ? [warning("disks", message)] : [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
