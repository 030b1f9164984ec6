import { formatBytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import { whyNot } from "../machine/describe.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import type { Selector } from "./schema-disks.ts";

/**
 * The disks that the selectors name, in the machine's order. A selector that matches more or fewer disks than it says
 * is an error, and so is a disk that two of them name: a wrong disk must never be taken for want of a better one.
 */
export function selectDisks(
  selectors: readonly Selector[],
  machine: Machine,
): { disks: Disk[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const taken = new Set<Disk>();
  for (const [index, selector] of selectors.entries()) {
    const where = `disks[${index}]`;
    const matches = machine.disks.filter((disk) => matchesDisk(selector, disk));
    if (matches.length !== selector.count)
      issues.push({ where, severity: "error", message: countSentence(selector, matches) });
    for (const disk of matches) {
      const reason = taken.has(disk) ? "another selector names it too" : whyNot(disk);
      if (reason)
        issues.push({ where, severity: "error", message: `Disk ${disk.path} cannot be used: ${reason}.` });
      taken.add(disk);
    }
  }
  return { disks: machine.disks.filter((disk) => taken.has(disk)), issues };
}

/** A selector for this very disk, by what stays the same longest: serial, WWN, by-id, by-path, path. */
export function selectorFor(disk: Disk, machine: Machine): Selector {
  const candidates: Omit<Selector, "count">[] = [
    ...(disk.serial ? [{ serial: disk.serial }] : []),
    ...(disk.wwn ? [{ wwn: disk.wwn }] : []),
    ...disk.byId.map((link) => ({ byId: link })),
    ...disk.byPath.map((link) => ({ byPath: link })),
  ];
  const only = candidates
    .map((candidate) => ({ count: 1, ...candidate }))
    .find((candidate) => machine.disks.filter((other) => matchesDisk(candidate, other)).length === 1);
  return only ?? { count: 1, path: disk.path };
}

function matchesDisk(selector: Selector, disk: Disk): boolean {
  const { serial, wwn, byId, byPath, path, model, transport, rotational, minSize, maxSize } = selector;
  const matchesLink = (pattern: string, links: readonly string[]) =>
    links.some((link) => isLike(pattern, link) || isLike(pattern, link.slice(link.lastIndexOf("/") + 1)));
  const tests = [
    serial === undefined || isLike(serial, disk.serial),
    wwn === undefined || isLike(wwn, disk.wwn),
    byId === undefined || matchesLink(byId, disk.byId),
    byPath === undefined || matchesLink(byPath, disk.byPath),
    path === undefined || isLike(path, disk.path),
    model === undefined || isLike(model, disk.model),
    transport === undefined || transport === disk.transport,
    rotational === undefined || rotational === disk.rotational,
    minSize === undefined || disk.size >= minSize,
    maxSize === undefined || disk.size <= maxSize,
  ];
  return tests.every(Boolean);
}

/** Shell patterns: * is any text, ? any one character. What a disk does not have is like nothing. */
function isLike(pattern: string, text: string | null): boolean {
  if (text === null) return false;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

function countSentence(selector: Selector, matches: readonly Disk[]): string {
  const { count, ...wanted } = selector;
  const told = Object.entries(wanted).map(
    ([key, value]) => `${key} ${typeof value === "number" ? formatBytes(value) : value}`,
  );
  const what = told.join(", ") || "no property at all";
  const found =
    matches.length === 0 ? "none" : `${matches.length}: ${matches.map(({ path }) => path).join(", ")}`;
  return `It must match ${count} disk${count === 1 ? "" : "s"} with ${what}, and matches ${found}.`;
}
