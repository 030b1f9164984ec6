import type { Choices } from "../choices.ts";
import { nixString } from "../nix-text.ts";

/** Who the machine is and who may log in. */
export function systemSections(choices: Choices): string[] {
  return [system(choices)];
}

function system({ system }: Choices): string {
  return [
    "# ZFS refuses a pool that another hostId had last.",
    `networking.hostId = lib.mkForce ${nixString(system.hostId)};`,
    ...(system.hostname === null ? [] : [`networking.hostName = lib.mkForce ${nixString(system.hostname)};`]),
    ...(system.authorizedKeys.length === 0
      ? []
      : [
          `users.users.root.openssh.authorizedKeys.keys = [\n${system.authorizedKeys.map((key) => `  ${nixString(key)}`).join("\n")}\n];`,
        ]),
  ].join("\n");
}
