import type { Issue } from "../base/errors.ts";
import { holdsOf, holdsSomething, whyNot } from "../machine/describe.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import { conditionWords, judge } from "./condition.ts";
import type { Condition, DiskChoice, Selector } from "./schema-disks.ts";

/** What one selector makes of one disk. */
export interface Match {
  /** "disks[0]", or "disks[0].orElse[1]". */
  readonly where: string;
  readonly disk: Disk;
  /** Empty when it matches. */
  readonly reasons: readonly string[];
}

export interface Selection {
  /** In the machine's order. */
  readonly disks: readonly Disk[];
  readonly issues: readonly Issue[];
  /** Whether some selector matches too few: a disk that comes to light late may be what it lacks. */
  readonly isShort: boolean;
  /** Every selector that was tried, with every disk. */
  readonly matches: readonly Match[];
}

/**
 * The disks that the selectors name. A selector that matches more or fewer disks than it says is an error, and so is a
 * disk that two of them name: a wrong disk must never be taken for want of a better one. What runs this system, is in
 * use or too small never matches.
 */
export function selectDisks(choices: readonly DiskChoice[], machine: Machine): Selection {
  const issues: Issue[] = [];
  const matches: Match[] = [];
  const taken = new Set<Disk>();
  let isShort = false;
  for (const [index, choice] of choices.entries()) {
    const { orElse = [], ...first } = choice;
    const where = `disks[${index}]`;
    const attempts = [first, ...orElse].map((selector, at) =>
      trySelector(selector, at === 0 ? where : `${where}.orElse[${at - 1}]`, machine),
    );
    // Only a selector that nothing answers gives way to the next: one of two disks that is gone must not send the
    // installation to two others.
    const used = attempts.findIndex(({ found }) => found.length > 0);
    const tried = used < 0 ? attempts : attempts.slice(0, used + 1);
    matches.push(...tried.flatMap((attempt) => attempt.matches));
    const last = tried.at(-1);
    if (!last) continue;
    if (last.usable.length !== last.selector.count) issues.push(countIssue(last));
    isShort ||= last.usable.length < last.selector.count;
    for (const disk of last.usable) {
      if (taken.has(disk))
        issues.push({
          where: last.where,
          severity: "error",
          message: `It matches ${disk.path}, and another selector does too. Make one of them narrower.`,
        });
      taken.add(disk);
    }
  }
  return { disks: machine.disks.filter((disk) => taken.has(disk)), issues, isShort, matches };
}

/** Disks that hold something are wiped by consent alone. */
export function wipeIssues(disks: readonly Disk[], isAllowed: boolean): Issue[] {
  if (isAllowed) return [];
  return disks.filter(holdsSomething).map((disk) => ({
    where: "wipe",
    severity: "error",
    message: `Disk ${disk.path} holds something: ${holdsOf(disk)}. Write \`wipe: true\` if that may be lost, or choose another.`,
  }));
}

/** A selector for this very disk, by what stays the same longest: serial, WWN, by-id, by-path, path. */
export function selectorFor(disk: Disk, machine: Machine): Selector {
  const candidates: Condition[] = [
    ...(disk.serial ? [{ serial: disk.serial }] : []),
    ...(disk.wwn ? [{ wwn: disk.wwn }] : []),
    ...disk.byId.map((link) => ({ byId: link })),
    ...disk.byPath.map((link) => ({ byPath: link })),
  ];
  const only = candidates.find(
    (candidate) => machine.disks.filter((other) => judge(candidate, other).verdict === "yes").length === 1,
  );
  return { count: 1, ...(only ?? { path: disk.path }) };
}

interface Attempt {
  readonly where: string;
  readonly selector: Selector;
  readonly matches: readonly Match[];
  /** Disks that are as wanted, apart from the running medium; and those of them that can be used. */
  readonly found: readonly Disk[];
  readonly usable: readonly Disk[];
}

function trySelector(selector: Selector, where: string, machine: Machine): Attempt {
  const { count: _, ...condition } = selector;
  const matches = machine.disks.map((disk): Match => {
    const { verdict, reasons } = judge(condition, disk);
    const obstacle = whyNot(disk);
    return { where, disk, reasons: [...(verdict === "yes" ? [] : reasons), ...(obstacle ? [obstacle] : [])] };
  });
  const found = machine.disks.filter(
    (disk) => judge(condition, disk).verdict === "yes" && disk.inUse !== "runs this system",
  );
  return { where, selector, matches, found, usable: found.filter((disk) => whyNot(disk) === null) };
}

/** With a word on each disk that was not taken, where they are few: this may be all that a console shows. */
function countIssue({ where, selector, matches, usable }: Attempt): Issue {
  const { count, ...condition } = selector;
  const wanted = `${count} disk${count === 1 ? "" : "s"} with ${conditionWords(condition)}`;
  const found =
    usable.length === 0 ? "none" : `${usable.length}: ${usable.map(({ path }) => path).join(", ")}`;
  const others = matches.filter(({ reasons }) => reasons.length > 0);
  const why = others.map(({ disk, reasons }) => `${disk.path} ${reasons.join(", ")}`).join("; ");
  const way =
    usable.length > count
      ? "Add properties until only the right ones are left."
      : others.length > 0 && others.length <= 8
        ? `Of the others: ${why}.`
        : "`dabei machine --json` tells what each disk is.";
  return { where, severity: "error", message: `It must match ${wanted}, and matches ${found}. ${way}` };
}
