import type { Command } from "./command.ts";

// $0 is the target, the rest is what runs in it. Mounts are made in a namespace of their own and end with it.
const script = `for name in dev proc sys run; do mkdir -p "$0/$name"; done
mount --rbind /dev "$0/dev"
mount --rbind /sys "$0/sys"
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/run"
ln -s /nix/var/nix/profiles/system "$0/run/current-system"
exec chroot "$0" "$@"`;

/**
 * Runs a program of the target as root of its own file system, with /dev, /proc, /sys and an empty /run.
 * What it starts is ended with it.
 *
 * Source  nixos-enter; unshare(1): new mounts are private, --kill-child
 */
export function inTarget(root: string, command: Command): Command {
  return [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "sh",
    "-e",
    "-c",
    script,
    root,
    ...command,
  ];
}
