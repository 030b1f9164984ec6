import type { Choices } from "../choices.ts";
import { nixString } from "../nix-text.ts";

/** The name of the directory beside the wrapper flake that has the flake's own files. */
export const treeName = "machines";

const ofAddress = (place: string) => `  # \`nix flake update --flake ${place}\` follows it.`;
const ofTree =
  "  # The flake had no address that this machine could fetch it from, so its files lie beside this one.\n  # Once it is in a repository, its reference can stand here: github:OWNER/REPOSITORY for instance.";

/** The wrapper: a flake.nix that follows the user's flake and adds dabei.nix to one of its hosts. */
export function wrapperFlake({ flake }: Choices, place = "/etc/nixos"): { name: string; text: string }[] {
  const host = nixString(flake.host);
  const tree = flake.evaluated?.tree ?? null;
  const text = `{
  description = "This machine: a host of another flake, and the disks it was installed on";

${tree ? ofTree : ofAddress(place)}
  inputs.machines.url = ${nixString(tree ? [`path:./${treeName}`, tree.dir].filter(Boolean).join("/") : flake.reference)};

  outputs =
    { machines, ... }:
    {
      nixosConfigurations = machines.nixosConfigurations // {
        ${host} = machines.nixosConfigurations.${host}.extendModules {
          modules = [ ./dabei.nix ];
        };
      };
    };
}
`;
  return [{ name: "flake.nix", text }];
}
