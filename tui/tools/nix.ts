import type { Command } from "./command.ts";

/**
 * Builds or downloads the system into the target's own store, never into RAM; prints the path.
 * `--store ROOT` keeps physical paths below ROOT, logical ones in /nix/store.
 */
export function buildSystem(options: {
  root: string;
  flake: string;
  host: string;
  substituters: readonly { url: string; publicKey: string }[];
}): Command {
  const { root, flake, host, substituters } = options;
  const extra = (name: string, values: readonly string[]) =>
    values.length > 0 ? ["--option", name, values.join(" ")] : [];
  return [
    "nix",
    "build",
    "--extra-experimental-features",
    "nix-command flakes",
    "--store",
    root,
    "--no-link",
    "--print-out-paths",
    ...extra(
      "extra-substituters",
      substituters.map(({ url }) => url),
    ),
    ...extra(
      "extra-trusted-public-keys",
      substituters.map(({ publicKey }) => publicKey),
    ),
    `${flake}#${systemAttribute(host)}`,
  ];
}

/** The attribute of a flake that is one host's whole system; host names with dots need the quotes. */
export function systemAttribute(host: string): string {
  return `nixosConfigurations."${host}".config.system.build.toplevel`;
}

/** Makes a built system the newest generation of the target. Source nix-env(1), `--set`. */
export function setSystemProfile(root: string, system: string): Command {
  return ["nix-env", "--store", root, "-p", `${root}/nix/var/nix/profiles/system`, "--set", system];
}
