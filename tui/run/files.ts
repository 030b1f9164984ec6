import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/errors.ts";
import type { Step } from "../plan/step.ts";
import type { ExtraFile } from "../plan/system-choices.ts";
import { isName } from "../plan/system-steps.ts";
import type { StepContext } from "./resume.ts";
import { targetPath } from "./target-path.ts";

/** Puts files into the target, each whole or not at all. Those of named users are root's until own-files. */
export function writeFiles(
  { root, files }: Extract<Step, { do: "write-files" }>,
  { files: state, recorder }: StepContext,
): void {
  for (const { path, content, owner, group, mode } of files) {
    const place = targetPath(root, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
    const draft = `${place}.dabei-new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, bytesOf(content, state.secrets), { mode: 0o600, flag: "wx" });
    chownSync(draft, isName(owner) ? 0 : numberOf(owner), isName(group) ? 0 : numberOf(group));
    chmodSync(draft, Number.parseInt(mode, 8));
    renameSync(draft, place);
    recorder.note(`wrote ${path}`);
  }
}

/** Gives files to users and groups of the installed system. */
export function ownFiles({ root, files }: Extract<Step, { do: "own-files" }>): void {
  const users = idsIn(`${root}/etc/passwd`);
  const groups = idsIn(`${root}/etc/group`);
  for (const { path, owner, group, mode } of files) {
    const place = targetPath(root, path);
    lchownSync(place, idOf(owner, users, "user", path), idOf(group, groups, "group", path));
    // Changing the owner takes setuid bits away.
    chmodSync(place, Number.parseInt(mode, 8));
  }
}

/** A secret by its name in the secrets directory. Throws UserError when it is gone, after a restart for instance. */
export function readSecret(directory: string, name: string): Buffer {
  try {
    return readFileSync(`${directory}/${name}`);
  } catch {
    throw new UserError(`The secret ${name} is not there any more.`, {
      hint: "Start over, and give it again.",
    });
  }
}

function bytesOf(content: ExtraFile["content"], secrets: string): Buffer {
  if ("secret" in content) return readSecret(secrets, content.secret);
  return "text" in content ? Buffer.from(content.text) : Buffer.from(content.base64, "base64");
}

function numberOf(owner: string | number): number {
  return owner === "root" ? 0 : Number(owner);
}

function idOf(owner: string | number, ids: ReadonlyMap<string, number>, kind: string, path: string): number {
  if (!isName(owner)) return numberOf(owner);
  const id = ids.get(owner);
  if (id !== undefined) return id;
  throw new UserError(`The installed system has no ${kind} ${owner}, who is to own ${path}.`, {
    hint: "Add it in the flake, or give the number instead.",
  });
}

/** Names and numbers of a passwd or group file: "name:x:1000:…". */
function idsIn(file: string): ReadonlyMap<string, number> {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // A system without one has no names.
  }
  return new Map(
    text.split("\n").flatMap((line) => {
      const [name = "", , id = ""] = line.split(":");
      return /^\d+$/.test(id) ? [[name, Number(id)] as const] : [];
    }),
  );
}
