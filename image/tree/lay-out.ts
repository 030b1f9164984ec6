import { chmod, constants, copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Tree } from "./tree.ts";

/** Writes a tree below an empty directory, with the modes of its entries and 0755 for parent directories. */
export async function layOut(tree: Tree, directory: string): Promise<void> {
  const made = new Set<string>(["."]);
  const parents = async (path: string): Promise<void> => {
    const parent = dirname(path);
    if (made.has(parent)) return;
    await parents(parent);
    made.add(parent);
    const entry = tree.get(parent);
    const place = join(directory, parent);
    await mkdir(place);
    await chmod(place, entry?.kind === "directory" ? entry.mode : 0o755);
  };
  await chmod(directory, 0o755);
  for (const [path, entry] of tree) {
    const place = join(directory, path);
    await parents(path);
    if (entry.kind === "link") await symlink(entry.target, place);
    if (entry.kind === "directory") await parents(`${path}/.`);
    if (entry.kind === "file") {
      await copyFile(entry.source, place, constants.COPYFILE_FICLONE);
      await chmod(place, entry.mode);
    }
  }
}
