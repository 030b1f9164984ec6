import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/errors.ts";
import type { StepOf } from "../plan/step.ts";
import type { ExtraFile } from "../plan/system-choices.ts";
import { isName } from "../plan/system-steps.ts";
import type { StepContext } from "./resume.ts";
import { targetPath } from "./target-path.ts";

/** Puts files into the target, each whole or not at all. Users and groups are those of the target. */
export function writeFiles(
  { root, files }: StepOf<"write-files">,
  { files: state, recorder }: StepContext,
): void {
  const users = idsIn(`${root}/etc/passwd`);
  const groups = idsIn(`${root}/etc/group`);
  for (const { path, content, owner, group, mode } of files) {
    const uid = idOf(owner, users, "user", path);
    const gid = idOf(group, groups, "group", path);
    const place = targetPath(root, path);
    // Below a home they are the user's, and as closed as what is in them.
    makeDirectories(dirname(place), (directory) => {
      chownSync(directory, uid, gid);
      chmodSync(directory, Number.parseInt(mode, 8) & 0o077 ? 0o755 : 0o700);
    });
    const draft = `${place}.dabei-new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, bytesOf(content, state.secrets), { mode: 0o600, flag: "wx" });
    chownSync(draft, uid, gid);
    chmodSync(draft, Number.parseInt(mode, 8));
    renameSync(draft, place);
    recorder.note(`wrote ${path}`);
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

/** Makes a directory with those above it that are missing; each new one is told. */
function makeDirectories(directory: string, made: (directory: string) => void): void {
  if (existsSync(directory)) return;
  makeDirectories(dirname(directory), made);
  mkdirSync(directory);
  made(directory);
}

function bytesOf(content: ExtraFile["content"], secrets: string): Buffer {
  if ("secret" in content) return readSecret(secrets, content.secret);
  return "text" in content ? Buffer.from(content.text) : Buffer.from(content.base64, "base64");
}

function idOf(owner: string | number, ids: ReadonlyMap<string, number>, kind: string, path: string): number {
  if (!isName(owner)) return owner === "root" ? 0 : Number(owner);
  const id = ids.get(String(owner));
  if (id !== undefined) return id;
  throw new UserError(`The installed system has no ${kind} ${owner}, who is to own ${path}.`, {
    hint: "Add it in the flake, or give the number instead.",
  });
}

/** Names and numbers of a passwd or group file: "name:x:1000:…". A system without one has no names. */
function idsIn(file: string): ReadonlyMap<string, number> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return new Map(
    text.split("\n").flatMap((line) => {
      const [name = "", , id = ""] = line.split(":");
      return /^\d+$/.test(id) ? [[name, Number(id)] as const] : [];
    }),
  );
}
