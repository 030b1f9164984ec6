import type { Command } from "./command.ts";

// $0 is the target, the rest is what runs in it. Mounts are made in a namespace of their own and end with it.
const mounts = `for name in dev proc sys run; do mkdir -p "$0/$name"; done
mount --rbind /dev "$0/dev"
mount --rbind /sys "$0/sys"
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/run"
ln -s /nix/var/nix/profiles/system "$0/run/current-system"
`;

/**
 * Runs a program of the target as root of its own file system, with /dev, /proc, /sys and an empty /run.
 * What it starts is ended with it. The variables must be shell words as they are.
 *
 * Source  nixos-enter; unshare(1): new mounts are private, --kill-child
 */
export function inTarget(
  root: string,
  command: Command,
  variables: Readonly<Record<string, string>> = {},
): Command {
  // Exported here: busybox's env would take busybox's unshare, which lacks these options, and the target may have no env.
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`);
  return [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "sh",
    "-e",
    "-c",
    `${mounts}${exports.join("")}exec chroot "$0" "$@"`,
    root,
    ...command,
  ];
}
