import type { Machine } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import type { Layout } from "../layout.ts";
import { indent } from "../nix-text.ts";
import { bootSections } from "./boot.ts";
import { hardwareSections } from "./hardware.ts";
import { storageSections } from "./storage.ts";
import { systemSections } from "./system.ts";

/**
 * dabei.nix: what this installation decided, as a NixOS module that joins the user's flake. Written to be read and kept
 * by a person. Options that must win over the flake are forced, matters of taste are defaults.
 */
export function generatedModule(machine: Machine, layout: Layout, choices: Choices): string {
  const sections = [
    ...storageSections(layout, choices),
    ...bootSections(machine, layout),
    ...hardwareSections(machine),
    ...systemSections(machine, choices),
  ];
  return `# Disks, boot loader and identity of this machine, written by nix-dabei when it was installed.
# It is yours to change. It joins the flake by ./flake.nix in this directory:
#   nixos-rebuild switch --flake /etc/nixos#${choices.flake.host.replace(/[^\w.-]/g, "_")}
# To keep it with your own configuration instead, copy it into your repository, add it to the
# modules of this host, and rebuild from there. flake.nix in this directory is not needed then.
{ config, lib, ... }:
{
${sections.map((text) => indent(text.trim())).join("\n\n")}
}
`;
}
