import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { cacheRoot } from "../../../image/cache.ts";
import { type ExecResult, exec } from "../../../tui/base/exec.ts";

const folder = resolve(import.meta.dirname, "../../../image/kexec");

/** busybox as the bundle has it, where a build has unpacked it; the system's own otherwise. */
function findBusybox(): string | undefined {
  const unpacked = join(cacheRoot(), "unpacked");
  const found = existsSync(unpacked) ? readdirSync(unpacked) : [];
  return [...found.map((name) => join(unpacked, name, "usr/bin/busybox")), "/bin/busybox"].find(existsSync);
}
export const busybox = findBusybox();

/** The shells that the bundle's scripts are tried with, as the beginning of a command. */
export const shells: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ...(busybox ? [["busybox", [busybox, "sh"]] as const] : []),
  ...(existsSync("/bin/dash") ? [["dash", ["/bin/dash"]] as const] : []),
];

/** A directory with these files, standing in for / of the system that is left. */
export async function fakeRoot(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { mode: 0o640 });
  }
}

/** Runs shell code after the parts of the bundle are read in, with what they expect to be set. */
export function runParts(
  shell: readonly string[],
  code: string,
  variables: Readonly<Record<string, string>>,
): Promise<ExecResult> {
  const prologue = `set -u; umask 077; problems= warnings= force= append= extra_flags= failures= host_key= dropbear=
    SUDO_USER=\${SUDO_USER-} DOAS_USER=\${DOAS_USER-}
    refuse() { problems="$problems$*
"; }
    warn() { warnings="$warnings$*
"; }
    doubt() { refuse "$@"; }
    say() { echo "$@"; }
    for part in keys identity network checks load; do . "$folder/parts/$part"; done
    ${code}`;
  return exec([...shell, "-c", prologue], { env: { here: folder, folder, ...variables }, accept: [0, 1] });
}
