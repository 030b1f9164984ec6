import type { Command } from "./command.ts";

// In namespaces of its own: whatever happens in there, no mount and no process is left to keep the pool busy.
// /run is fresh, and has the one link that switch-to-configuration looks up before activation has made it.
const script = `root=$1; shift
mount --make-rprivate /
for name in dev proc sys run tmp; do mkdir -p "$root/$name"; done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
ln -s /nix/var/nix/profiles/system "$root/run/current-system"
exec chroot "$root" "$@"`;

/**
 * Runs a program of the target inside the target, as nixos-enter does.
 *
 * Source  nixos-enter of nixpkgs; unshare(1)
 */
export function enterTarget(root: string, command: Command): Command {
  return [
    "unshare",
    "--fork",
    "--pid",
    "--mount",
    "--kill-child",
    "sh",
    "-e",
    "-c",
    script,
    "sh",
    root,
    ...command,
  ];
}

const profile = "/nix/var/nix/profiles/system";

/** Makes /etc, users and the like of the newest generation. */
export function activate(root: string): Command {
  return enterTarget(root, [`${profile}/activate`]);
}

/** Has the target install its own boot loader. Without the variable an ESP that never had one is an error. */
export function installBootLoader(root: string): Command {
  return [
    "env",
    "NIXOS_INSTALL_BOOTLOADER=1",
    ...enterTarget(root, [`${profile}/bin/switch-to-configuration`, "boot"]),
  ];
}
