import type { Choices } from "../choices.ts";
import { nixString } from "../nix-text.ts";

/** The wrapper: a flake.nix that follows the user's flake and adds dabei.nix to one of its hosts. */
export function wrapperFlake({ flake }: Choices): { name: string; text: string }[] {
  const host = nixString(flake.host);
  const text = `{
  description = "This machine: a host of another flake, and the disks it was installed on";

  # \`nix flake update --flake /etc/nixos\` follows it.
  inputs.machines.url = ${nixString(flake.reference)};

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
