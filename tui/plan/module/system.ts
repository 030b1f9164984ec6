import { shellQuote } from "../../base/shell.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import { homeOf } from "../declared/home.ts";
import { indent, nixString, nixStrings } from "../nix-text.ts";
import { hostKeyDirectory, hostKeyTypes, movesHostKeys } from "../system-steps.ts";

/** Who the machine is and who may log in. */
export function systemSections(machine: Machine, choices: Choices): string[] {
  return [
    identity(choices),
    ...(movesHostKeys(choices) ? [hostKeys(machine, choices)] : []),
    ...(choices.system.firstBoot === null ? [] : [firstBoot(choices.system.firstBoot, choices)]),
  ];
}

function identity({ system }: Choices): string {
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

function hostKeys(machine: Machine, choices: Choices): string {
  const directory = hostKeyDirectory(choices);
  const keys = hostKeyTypes(machine, choices.system).map(
    (type) => `  { type = ${nixString(type)}; path = ${nixString(`${directory}/ssh_host_${type}_key`)}; }`,
  );
  return [
    "# In /etc/ssh they would be new ones after every boot.",
    `services.openssh.hostKeys = lib.mkDefault [\n${keys.join("\n")}\n];`,
  ].join("\n");
}

/**
 * A unit that has its marker written after a success: an `exit 0` in the command must not lead around it, nor a power cut
 * right after it.
 */
function firstBoot(command: string | readonly string[], choices: Choices): string {
  const directory = `${homeOf(choices)}/var/lib/nix-dabei`;
  const marker = `${directory}/first-boot-done`;
  const lines = [
    `description = "First boot after the installation";`,
    `wantedBy = [ "multi-user.target" ];`,
    `wants = [ "network-online.target" ];`,
    `after = [ "network-online.target" ];`,
    `path = ${nixStrings(["/run/current-system/sw"])};`,
    `unitConfig.ConditionPathExists = ${nixString(`!${marker}`)};`,
    `serviceConfig.Type = "oneshot";`,
    `script = ${nixString(typeof command === "string" ? command : shellQuote(command))};`,
    `postStart = ${nixString(`mkdir -p ${directory} && touch ${marker} && sync`)};`,
  ];
  return [
    "# Runs at every start until it has succeeded once. It can be taken out then.",
    `systemd.services.dabei-first-boot = {\n${indent(lines.join("\n"))}\n};`,
  ].join("\n");
}
