import { inTarget } from "./chroot.ts";
import type { Command } from "./command.ts";

const profile = "/nix/var/nix/profiles/system";

export interface Trusted {
  readonly url: string;
  readonly publicKey: string;
}

/**
 * nix, ready for a command: flakes on, and caches that are gone noticed within a minute instead of five.
 * Settings of the flake's own nixConfig stay ignored: whom to trust is asked by the screens, never by nix.
 */
export function nix(substituters: readonly Trusted[] = []): Command {
  const extra = (name: string, values: readonly string[]) =>
    values.length > 0 ? ["--option", name, values.join(" ")] : [];
  return [
    "nix",
    ...["--extra-experimental-features", "nix-command flakes"],
    ...["--option", "accept-flake-config", "false"],
    ...["--option", "connect-timeout", "15"],
    ...["--option", "stalled-download-timeout", "60"],
    ...extra(
      "extra-substituters",
      substituters.map(({ url }) => url),
    ),
    ...extra("extra-trusted-public-keys", substituters.map(({ publicKey }) => publicKey).filter(Boolean)),
  ];
}

/**
 * Builds or downloads a host's system into the target's own store, never into RAM, and prints its path.
 * What is printed is the path as the installed system will see it, /nix/store/…
 */
export function buildSystem(options: {
  readonly root: string;
  readonly flake: string;
  readonly host: string;
  readonly substituters: readonly Trusted[];
}): Command {
  const { root, flake, host, substituters } = options;
  const attribute = `nixosConfigurations.${JSON.stringify(host)}.config.system.build.toplevel`;
  const output = ["--no-link", "--print-out-paths"];
  return [...nix(substituters), "build", "--store", root, ...output, `${flake}#${attribute}`];
}

/** Makes a built system the newest generation of the target and activates it. Source nixos-install. */
export function installGeneration(root: string, system: string): Command[] {
  return [
    ["nix-env", "--store", root, "-p", `${root}${profile}`, "--set", system],
    inTarget(root, [`${profile}/activate`]),
  ];
}

/**
 * Installs the boot loader of the newest generation. GRUB wants /etc/mtab, switch-to-configuration /etc/NIXOS.
 *
 * Source  nixos-install; switch-to-configuration: NIXOS_INSTALL_BOOTLOADER=1 is a first installation
 */
export function installBootLoader(root: string): Command {
  const command = [`${profile}/bin/switch-to-configuration`, "boot"];
  return inTarget(root, command, { NIXOS_INSTALL_BOOTLOADER: "1" });
}

/** Whether it activates the target. nixos-install goes on when a part of it fails outside of a running system. */
export function isActivation(command: readonly string[]): boolean {
  return command.at(-1) === `${profile}/activate`;
}
