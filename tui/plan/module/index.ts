import type { Machine, Mounted } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import type { Layout } from "../layout.ts";
import { directoryIn } from "../mounted/facts.ts";
import { indent } from "../nix-text.ts";
import { targetRoot } from "../target.ts";
import { bootSections } from "./boot.ts";
import { declaredSections } from "./declared.ts";
import { diskoSections } from "./disko.ts";
import { hardwareSections } from "./hardware.ts";
import { mountedSections } from "./mounted.ts";
import { networkSections } from "./network.ts";
import { storageSections } from "./storage.ts";
import { systemSections } from "./system.ts";
import { earlyNetworkSections } from "./unlock.ts";

/**
 * dabei.nix: what this installation decided, as a NixOS module that joins the user's flake. Written to be read and kept
 * by a person. Options that must win over the flake are forced, matters of taste are defaults.
 */
export function generatedModule(machine: Machine, layout: Layout, choices: Choices): string {
  const way = choices.flake.evaluated?.way;
  const { arcLimit } = choices.layout;
  const hardware = hardwareSections(machine, {
    isNetworkEarly: layout.unlock !== null,
    // As a parameter it holds in the initrd, too, where the module is loaded.
    parameters: arcLimit === null ? [] : [`zfs.zfs_arc_max=${arcLimit}`],
  });
  if (way?.kind === "declared")
    return moduleText(
      "Drivers and identity of this machine; the host declares its own disks. Written by nix-dabei when it was installed.",
      [
        ...declaredSections(machine, layout, way),
        ...earlyNetworkSections(layout, choices),
        ...hardware,
        ...systemSections(machine, choices),
      ],
      choices,
    );
  return moduleText(
    "Disks, boot loader and identity of this machine, written by nix-dabei when it was installed.",
    [
      ...storageSections(layout, choices),
      ...bootSections(machine, layout),
      ...earlyNetworkSections(layout, choices),
      ...hardware,
      ...systemSections(machine, choices),
    ],
    choices,
  );
}

/** The module of a host whose disks disko makes: which disks they are, drivers and identity. */
export function diskoModule(machine: Machine, choices: Choices): string {
  return moduleText(
    "Disks, drivers and identity of this machine; disko made the disks. Written by nix-dabei when it was installed.",
    [...diskoSections(machine, choices), ...hardwareSections(machine), ...systemSections(machine, choices)],
    choices,
  );
}

/** The module of a host that goes into what somebody has mounted. */
export function mountedModule(machine: Machine, mounted: Mounted, choices: Choices): string {
  return moduleText(
    "File systems, drivers and identity of this machine, which was put together by hand. Written by nix-dabei when it was installed.",
    [
      ...mountedSections(machine, mounted, choices),
      ...hardwareSections(machine),
      ...systemSections(machine, choices),
    ],
    choices,
    directoryIn(mounted).replace(targetRoot, ""),
  );
}

function moduleText(
  title: string,
  sections: readonly string[],
  choices: Choices,
  directory = "/etc/nixos",
): string {
  const all = [...sections, ...networkSections(choices)];
  return `# ${title}
# It is yours to change. It joins the flake by ./flake.nix in this directory:
#   nixos-rebuild switch --flake ${directory}#${choices.flake.host.replace(/[^\w.-]/g, "_")}
# To keep it with your own configuration instead, copy it into your repository, add it to the
# modules of this host (and with git add: flakes see what git knows), and rebuild from there.
# flake.nix in this directory is not needed then.
{ config, lib, ... }:
{
${all.map((text) => indent(text.trim())).join("\n\n")}
}
`;
}
