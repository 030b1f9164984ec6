import type { Command } from "./command.ts";
import { nix, type Trusted } from "./nix.ts";

/** What disko's scripts are: everything anew, or only mounted again. */
export type DiskoScript = "diskoScript" | "mountScript";

const link = "/run/dabei/disko-script";

/**
 * Builds one of the host's own disko scripts (in RAM: there is no target yet) and runs it.
 * Swap is left alone: it would have to be let go of before the end.
 *
 * Source  disko, lib/default.nix: config.system.build.diskoScript destroys, formats and mounts; DISKO_SKIP_SWAP=1
 */
export function diskoCommands(
  options: { readonly flake: string; readonly host: string; readonly substituters: readonly Trusted[] },
  script: DiskoScript = "diskoScript",
): Command[] {
  const attribute = `nixosConfigurations.${JSON.stringify(options.host)}.config.system.build.${script}`;
  return [
    [...nix(options.substituters), "build", "--out-link", link, `${options.flake}#${attribute}`],
    ["env", "DISKO_SKIP_SWAP=1", link],
  ];
}
