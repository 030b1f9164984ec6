import { choicesOf } from "../answers/choices.ts";
import { fillAnswers } from "../answers/fill.ts";
import type { Given } from "../answers/given.ts";
import type { Answers } from "../answers/schema.ts";
import type { Issue } from "../base/errors.ts";
import type { Drawn } from "../machine/draw.ts";
import type { Machine } from "../machine/machine.ts";
import { layoutIssues } from "../plan/check.ts";
import type { Choices } from "../plan/choices.ts";
import { defaultChoices } from "../plan/defaults.ts";
import { takesPassphrase } from "../plan/encryption.ts";
import { mountedIssues } from "../plan/mounted/issues.ts";

/** What the answers are read with. */
export interface Circumstances {
  readonly machine: Machine;
  readonly drawn: Drawn;
  /** What the kernel command line offers stands where the answers say nothing. */
  readonly given: Given;
  readonly hasPassphrase: boolean;
}

/** What the answers decide on this machine, and all that is wrong with disks and layout. Asks nobody, reads nothing. */
export function decide(
  said: Answers,
  { machine, drawn, given, hasPassphrase }: Circumstances,
): { choices: Choices; issues: Issue[] } {
  const { answers, issues: ofPlaceholders } = fillAnswers(said, machine);
  const selected = choicesOf(answers, machine, withGiven(defaultChoices(machine), given));
  const guidOf = (path: string) => drawn.guids[machine.disks.findIndex((disk) => disk.path === path)] ?? "";
  const choices: Choices = {
    ...selected.choices,
    system: { ...selected.choices.system, hostId: selected.choices.system.hostId || drawn.hostId },
    identity: { diskGuids: selected.choices.disks.map(guidOf) },
  };
  const found = issuesOf(machine, choices);
  // What follows from a selector that does not match is no mistake of its own.
  const follows = ({ where }: Issue) => where === "disks" || where === "layout.vdev" || where.startsWith("/");
  const isAmiss = selected.issues.some(({ where }) => where.startsWith("disks"));
  const ofLayout = isAmiss ? found.filter((issue) => !follows(issue)) : found;
  const needsPassphrase =
    choices.target !== "mounted" && takesPassphrase(choices.layout.encryption) && !hasPassphrase;
  return {
    choices,
    issues: unique([
      ...ofPlaceholders,
      ...selected.issues,
      ...ofLayout,
      ...(choices.flake.reference === ""
        ? [error("flake.reference", "No flake is given. Name one, github:example/infra for instance.")]
        : []),
      ...(needsPassphrase
        ? [error("layout.encryption", "Encryption needs a passphrase, and none is given.")]
        : []),
    ]),
  };
}

function issuesOf(machine: Machine, choices: Choices): Issue[] {
  if (choices.target === "mounted") return mountedIssues(machine, choices);
  // Disko's own script makes the layout.
  return choices.flake.diskoDisks ? [] : layoutIssues(machine, choices);
}

function withGiven(
  others: Omit<Choices, "identity">,
  { flake, substituter, hostname, authorizedKeys }: Given,
): Omit<Choices, "identity"> {
  return {
    ...others,
    flake: {
      ...others.flake,
      reference: flake ?? others.flake.reference,
      substituters: substituter ? [substituter] : others.flake.substituters,
    },
    system: { ...others.system, hostname, authorizedKeys },
  };
}

/** One mistake may be found in two places. */
function unique(issues: readonly Issue[]): Issue[] {
  const same = (a: Issue, b: Issue) => a.where === b.where && a.message === b.message;
  return issues.filter((issue, index) => issues.findIndex((other) => same(issue, other)) === index);
}

function error(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}
