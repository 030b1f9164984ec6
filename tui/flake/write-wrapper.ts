import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StepOf } from "../plan/step.ts";

/** Writes the wrapper flake, and beside it the files of a flake that the installed system could not fetch. */
export function writeWrapper({ directory, files, tree }: Omit<StepOf<"write-flake">, "do">): void {
  mkdirSync(directory, { recursive: true });
  for (const { name, text } of files) writeFileSync(`${directory}/${name}`, text);
  if (tree) copyTree(tree.from, `${directory}/${tree.name}`);
}

/** Copies a directory of the store so that its owner can change it: files in the store are read-only. */
function copyTree(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  const paths = [to, ...readdirSync(to, { recursive: true, encoding: "utf8" }).map((path) => join(to, path))];
  for (const path of paths) {
    const status = lstatSync(path);
    if (!status.isSymbolicLink()) chmodSync(path, status.mode | 0o200);
  }
}
