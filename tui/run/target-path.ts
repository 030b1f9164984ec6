import { lstatSync, readlinkSync } from "node:fs";
import { UserError } from "../base/errors.ts";

/**
 * Where a path of the installed system is while its root is mounted at `root`. Links on the way are followed inside of
 * it, as they will be when it runs: /etc/x pointing to /persist/x means the target's /persist, never the running
 * system's. The last part is not followed. Throws UserError for what belongs to the store, and for links in a circle.
 */
export function targetPath(root: string, path: string): string {
  const done: string[] = [];
  const left = partsOf(path);
  for (let links = 0; left.length > 0; ) {
    const part = left.shift() ?? "";
    if (part === "..") {
      done.pop();
      continue;
    }
    const link = left.length > 0 ? linkAt([root, ...done, part].join("/")) : null;
    if (link === null) {
      done.push(part);
      continue;
    }
    if (++links > 40) throw new UserError(`${path} leads through links in a circle.`);
    if (link.startsWith("/")) done.length = 0;
    left.unshift(...partsOf(link));
  }
  if (done[0] === "nix" && done[1] === "store")
    throw new UserError(`${path} is a part of the system itself, in /nix/store.`, {
      hint: "Change it in the flake, or choose another path.",
    });
  return [root, ...done].join("/");
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}
