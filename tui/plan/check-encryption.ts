import type { Issue } from "../base/errors.ts";
import type { Content, Machine } from "../machine/machine.ts";
import type { Choices } from "./choices.ts";
import { takesPassphrase } from "./encryption.ts";
import { error } from "./issue.ts";

/** File systems that a key can be read from, in the initrd as well. */
export const keyFileSystems: readonly string[] = ["vfat", "ext4", "ext3", "ext2"];

/** Key files and unlocking over ssh that cannot work. */
export function encryptionIssues(machine: Machine, choices: Choices): Issue[] {
  const { encryption, keyFile, remoteUnlock } = choices.layout;
  const issues: Issue[] = [];
  if (encryption === "native-key-file") issues.push(...keyFileIssues(machine, choices));
  else if (keyFile !== null)
    issues.push(error("layout.keyFile", "A key file is for encryption native-key-file only. Leave it out."));
  if (remoteUnlock === null) return issues;
  const { authorizedKeys, port } = remoteUnlock;
  if (!takesPassphrase(encryption))
    issues.push(
      error("layout.remoteUnlock", "Nobody has to unlock this pool: ssh in the initrd needs a passphrase."),
    );
  if (authorizedKeys.length === 0 && choices.system.authorizedKeys.length === 0)
    issues.push(
      error("layout.remoteUnlock", "Nobody could log in to unlock the pool: give at least one ssh key."),
    );
  if (authorizedKeys.some((key) => /[\r\n]/.test(key) || key.trim() === ""))
    issues.push(error("layout.remoteUnlock", "Each ssh key is one line of authorized_keys."));
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    issues.push(error("layout.remoteUnlock.port", "A port is a number between 1 and 65535."));
  return issues;
}

function keyFileIssues(machine: Machine, { disks, layout }: Choices): Issue[] {
  const { keyFile } = layout;
  if (keyFile === null)
    return [error("layout.keyFile", "Which file holds the key? Choose a file system of another device.")];
  const issues: Issue[] = [];
  const found = machine.disks.flatMap((disk) =>
    disk.contents.filter(({ uuid }) => uuid === keyFile.uuid).map((content) => ({ disk, content })),
  );
  const [first] = found;
  const type = first?.content.type ?? null;
  if (!first)
    issues.push(
      error(
        "layout.keyFile",
        `No file system here has the UUID ${keyFile.uuid}. Plug it in, or choose another.`,
      ),
    );
  // A stick that was formatted as a whole has a partition table that spans itself: both are the same file system.
  else if (found.slice(1).some(({ disk }) => disk !== first.disk || first.content.number !== null))
    issues.push(
      error("layout.keyFile", `Several file systems have the UUID ${keyFile.uuid}. Choose another.`),
    );
  else if (disks.includes(first.disk.path))
    issues.push(
      error(
        "layout.keyFile",
        `The key must be elsewhere: ${first.content.path} is on a disk that will be erased.`,
      ),
    );
  else if (type === null || !keyFileSystems.includes(type))
    issues.push(
      error(
        "layout.keyFile",
        `A key is kept on ${keyFileSystems.join(", ")}; ${first.content.path} holds ${type ?? "nothing known"}.`,
      ),
    );
  if (!isPath(keyFile.path))
    issues.push(
      error(
        "layout.keyFile.path",
        "The key file's path begins with / and has letters, digits and _ - . only: /rpool.key.",
      ),
    );
  return issues;
}

/** Of plain names: it stands in a zfs property, a NixOS module and a URL. */
function isPath(path: string): boolean {
  return /^(\/[\w.-]+)+$/.test(path) && !path.split("/").some((part) => part === "." || part === "..");
}

/** The first content that has a UUID. */
export function contentWith(uuid: string, machine: Machine): Content | undefined {
  return machine.disks.flatMap(({ contents }) => contents).find((content) => content.uuid === uuid);
}
