import type { Command } from "./command.ts";
import { nix, type Trusted } from "./nix.ts";

/** Where nix leaves disko's scripts, in this order: to make everything anew, and only to mount it again. */
export const diskoScripts = {
  diskoScript: "/run/dabei/disko-script",
  mountScript: "/run/dabei/disko-script-1",
} as const;

/**
 * Builds the host's own disko scripts, in RAM: there is no target yet. nix numbers the links from the second one on.
 *
 * Source  disko, lib/default.nix: config.system.build.diskoScript destroys, formats and mounts
 */
export function buildDisko(options: {
  readonly flake: string;
  readonly host: string;
  readonly substituters: readonly Trusted[];
}): Command {
  const built = `${options.flake}#nixosConfigurations.${JSON.stringify(options.host)}.config.system.build`;
  const scripts = Object.keys(diskoScripts).map((name) => `${built}.${name}`);
  return [...nix(options.substituters), "build", "--out-link", diskoScripts.diskoScript, ...scripts];
}

/**
 * Runs one of them. Swap is left alone: it would have to be let go of before the end.
 *
 * Source  disko, lib/types/swap.nix: DISKO_SKIP_SWAP=1
 */
export function runDisko(script: keyof typeof diskoScripts): Command {
  return ["env", "DISKO_SKIP_SWAP=1", diskoScripts[script]];
}
