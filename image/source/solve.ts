import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../progress.ts";
import { type Apt, privateApt } from "./apt.ts";
import { type Control, parseControl, relationNames } from "./control.ts";
import type { Group } from "./groups.ts";
import { archiveNames, type GroupName, type Lock, type LockedPackage } from "./lock.ts";
import type { Mirror } from "./mirror.ts";

/**
 * Solves every group with apt's solver against the mirror's present state.
 * Throws ToolError when apt fails: a package that is gone, a signature that is not Debian's.
 */
export async function solve(
  groups: Readonly<Record<GroupName, Group>>,
  mirror: Mirror,
  progress: Progress,
): Promise<Lock> {
  const directory = await mkdtemp(join(tmpdir(), "dabei-apt-"));
  try {
    const apt = await privateApt(directory, mirror);
    await progress.stage("indexes", () => apt.update());
    const packages = new Map<string, LockedPackage>();
    for (const name of Object.keys(groups) as GroupName[]) {
      await progress.stage("solve", async (note) => {
        const solved = await solveGroup(apt, groups[name], mirror);
        note(`${name}: ${solved.length} packages`);
        for (const { why, ...entry } of solved) {
          const known = packages.get(entry.path) ?? { ...entry, groups: {} };
          packages.set(entry.path, { ...known, groups: { ...known.groups, [name]: why } });
        }
      });
    }
    return { format: 1, packages: [...packages.values()] };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Solved = Omit<LockedPackage, "groups"> & { readonly why: string };

async function solveGroup(apt: Apt, group: Group, mirror: Mirror): Promise<Solved[]> {
  const dropped = group.without.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const files = (await apt.solve(group)).filter(
    (file) => !dropped.some((prefix) => file.package.startsWith(prefix)),
  );
  const paragraphs = parseControl(await apt.show(files.map((file) => file.package)));
  const entries = files.map(({ address }) => {
    const archive = archiveNames.find((name) => address.startsWith(`${mirror[name]}/`));
    const path = archive && address.slice(mirror[archive].length + 1);
    const control = paragraphs.find((paragraph) => paragraph.Filename === path);
    if (!archive || !path || !control)
      throw new Error(`apt names ${address}, which is in none of its indexes`);
    return { archive, path, control };
  });
  const why = reasons(
    entries.map(({ control }) => control),
    group.seeds,
  );
  return entries.map(({ archive, path, control }) => ({
    name: control.Package!,
    version: control.Version!,
    architecture: control.Architecture === "all" ? "all" : "amd64",
    size: Number(control.Size),
    sha256: control.SHA256!,
    archive,
    path,
    why: why.get(control.Package!) ?? "unknown",
  }));
}

/** For each package the one that asks for it, nearest to a seed first; "seed" for the seeds themselves. */
export function reasons(packages: readonly Control[], seeds: readonly string[]): Map<string, string> {
  const providers = new Map<string, Control[]>();
  for (const control of packages) {
    for (const name of [control.Package!, ...relationNames(control.Provides)]) {
      providers.set(name, [...(providers.get(name) ?? []), control]);
    }
  }
  const found = new Map<string, string>();
  const queue: Control[] = [];
  const take = (name: string, reason: string) => {
    for (const control of providers.get(name) ?? []) {
      if (found.has(control.Package!)) continue;
      found.set(control.Package!, reason);
      queue.push(control);
    }
  };
  for (const seed of seeds) take(seed, "seed");
  for (let control = queue.shift(); control; control = queue.shift()) {
    for (const name of relationNames(control.Depends, control["Pre-Depends"])) take(name, control.Package!);
  }
  return found;
}
