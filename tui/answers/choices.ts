import type { Issue } from "../base/errors.ts";
import { holdsSomething } from "../machine/describe.ts";
import type { Machine } from "../machine/machine.ts";
import type { Access, Choices, LayoutChoices, VdevKind } from "../plan/choices.ts";
import { takesPassphrase } from "../plan/encryption.ts";
import { usualKind } from "../plan/vdev.ts";
import { diskoAnswers, diskoSelection } from "./disko.ts";
import { givenValues } from "./given-values.ts";
import { networkAnswers, networkIssues, networkOf } from "./network.ts";
import type { Answers } from "./schema.ts";
import { type Match, selectDisks, selectorFor, wipeIssues } from "./select.ts";
import { systemAnswers, systemIssues, systemOf } from "./system.ts";

type Decided = Omit<Choices, "identity">;

export interface Decisions {
  readonly choices: Decided;
  /** `where` is a field of the answer file: "disks[0]", "wipe". */
  readonly issues: readonly Issue[];
  /** Whether there are fewer disks than the answers name. */
  readonly isShort: boolean;
  /** What each selector makes of each disk. */
  readonly matches: readonly Match[];
}

/** What an answer file decides on this machine; what it leaves out is as in `others`. */
export function choicesOf(answers: Answers, machine: Machine, others: Decided): Decisions {
  const selected = answers.disks ? selectDisks(answers.disks, machine) : null;
  const { passphrase: _, ...layout } = answers.layout ?? {};
  const { tokens, sshKey, sshHostKeys, diskoDisks, ...flake } = answers.flake ?? {};
  const access = accessOf({ tokens, sshKey, sshHostKeys });
  const disko = diskoDisks ? diskoSelection(diskoDisks, machine) : null;
  const disks = selected?.disks ?? disko?.disks;
  const ofDisks = [...(selected?.issues ?? []), ...(disko?.issues ?? [])];
  const after = answers.hooks?.after ?? others.after;
  return {
    choices: {
      disks: disks ? disks.map(({ path }) => path) : others.disks,
      ...(answers.target ? { target: answers.target } : {}),
      layout: { ...others.layout, ...usual(disks?.length ?? 0, answers), ...givenValues(layout) },
      flake: {
        ...others.flake,
        ...givenValues(flake),
        ...(disko ? { diskoDisks: disko.paths } : {}),
        ...access,
      },
      system: systemOf(answers.system ?? {}, others.system),
      network: answers.network ? networkOf(answers.network) : others.network,
      ...(after ? { after } : {}),
    },
    issues: [
      ...ofDisks,
      // Of disks that were not meant nothing need be said.
      ...(ofDisks.length === 0 ? wipeIssues(disks ?? [], answers.wipe === true) : []),
      ...(answers.network ? networkIssues(answers.network) : []),
      ...systemIssues(answers),
      ...targetIssues(answers),
    ],
    isShort: (selected?.isShort ?? false) || (disko?.isShort ?? false),
    matches: selected?.matches ?? [],
  };
}

/** What is mounted has its disks already. */
function targetIssues({ target, disks, flake }: Answers): Issue[] {
  const message = "There are no disks to choose for what is mounted at /mnt. Leave out `disks`, or `target`.";
  if (target !== "mounted" || !(disks || flake?.diskoDisks)) return [];
  return [{ where: "target", message, severity: "error" }];
}

/** What is given for private flakes, without what is secret of it. */
function accessOf({
  tokens = {},
  sshKey,
  sshHostKeys = [],
}: Partial<Pick<NonNullable<Answers["flake"]>, "tokens" | "sshKey" | "sshHostKeys">>): {
  access?: Access;
} {
  const hosts = Object.keys(tokens);
  if (hosts.length === 0 && sshKey === undefined && sshHostKeys.length === 0) return {};
  return { access: { tokens: hosts, sshKey: sshKey !== undefined, sshHostKeys } };
}

function accessAnswers({ access }: Choices["flake"]): Partial<NonNullable<Answers["flake"]>> {
  if (!access) return {};
  const { tokens, sshKey, sshHostKeys } = access;
  const asked = { ask: true as const };
  return {
    ...(tokens.length > 0 ? { tokens: Object.fromEntries(tokens.map((host) => [host, asked])) } : {}),
    ...(sshKey ? { sshKey: asked } : {}),
    ...(sshHostKeys.length > 0 ? { sshHostKeys: [...sshHostKeys] } : {}),
  };
}

/** The redundancy that is usual for so many disks, not for all that the machine has. */
function usual(disks: number, { layout }: Answers): { vdev?: VdevKind } {
  return disks === 0 ? {} : { vdev: usualKind(Math.max(1, disks - (layout?.spares ?? 0))) };
}

/** The answers that repeat these choices on this machine. Nothing secret is among choices, so nothing is in it. */
export function answersOf(
  { disks, target, layout, flake, system, network, after }: Decided,
  machine: Machine,
): Answers {
  const chosen = machine.disks.filter(({ path }) => disks.includes(path));
  return {
    version: 1,
    ...(target
      ? { target }
      : { disks: chosen.map((disk) => selectorFor(disk, machine)), layout: layoutAnswers(layout) }),
    ...(chosen.some(holdsSomething) ? { wipe: true } : {}),
    flake: {
      // What is not decided yet is left out: an empty name would make the whole file wrong.
      ...(flake.reference === "" ? {} : { reference: flake.reference }),
      ...(flake.host === "" ? {} : { host: flake.host }),
      ...diskoAnswers(flake.diskoDisks, machine),
      ...accessAnswers(flake),
      ...(flake.missingCache ? { missingCache: flake.missingCache } : {}),
      ...(flake.smallMemory ? { smallMemory: flake.smallMemory } : {}),
      substituters: flake.substituters.map((substituter) => ({ ...substituter })),
    },
    system: systemAnswers(system),
    ...(network ? { network: networkAnswers(network) } : {}),
    ...(after ? { hooks: { after: after.map((one) => (typeof one === "string" ? one : [...one])) } } : {}),
  };
}

function layoutAnswers({ datasets, remoteUnlock, ...layout }: LayoutChoices): Answers["layout"] {
  return {
    ...layout,
    ...(takesPassphrase(layout.encryption) ? { passphrase: { ask: true as const } } : {}),
    datasets: datasets?.map((dataset) => ({ ...dataset, properties: { ...dataset.properties } })) ?? null,
    remoteUnlock: remoteUnlock && { ...remoteUnlock, authorizedKeys: [...remoteUnlock.authorizedKeys] },
  };
}
