import type { Issue } from "../base/errors.ts";
import type { Disk, Machine } from "../machine/machine.ts";
import type { Condition } from "./schema-disks.ts";
import { selectDisks, selectorFor } from "./select.ts";

/** The disks that stand for disko's names: one each, by selectors as in `disks`. */
export function diskoSelection(
  named: Readonly<Record<string, Condition>>,
  machine: Machine,
): { paths: Record<string, string>; disks: Disk[]; issues: Issue[]; isShort: boolean } {
  const names = Object.keys(named);
  const selection = selectDisks(
    names.map((name) => ({ count: 1, ...named[name] })),
    machine,
  );
  const paths: Record<string, string> = {};
  for (const { where, disk, reasons } of selection.matches)
    if (reasons.length === 0) paths[nameAt(names, where)] = disk.path;
  const issues = selection.issues.map((issue) => ({
    ...issue,
    where: `flake.diskoDisks.${nameAt(names, issue.where)}`,
  }));
  return { paths, disks: [...selection.disks], issues, isShort: selection.isShort };
}

/** The selectors that repeat a choice on this machine. */
export function diskoAnswers(
  paths: Readonly<Record<string, string>> | undefined,
  machine: Machine,
): { diskoDisks?: Record<string, Condition> } {
  if (!paths) return {};
  const entries = Object.entries(paths).flatMap(([name, path]) => {
    const disk = machine.disks.find((one) => one.path === path);
    if (!disk) return [];
    const { count: _, ...condition } = selectorFor(disk, machine);
    return [[name, condition] as const];
  });
  return { diskoDisks: Object.fromEntries(entries) };
}

/** "disks[1]" is the second name. */
function nameAt(names: readonly string[], where: string): string {
  return names[Number(/\d+/.exec(where)?.[0] ?? 0)] ?? "";
}
