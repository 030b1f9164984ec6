import { expect, test } from "vitest";
import { wrapperFlake } from "../../../../tui/plan/module/wrapper.ts";
import { choicesFor, recorded } from "../example.ts";

test("the wrapper flake follows the user's flake", () => {
  expect(wrapperFlake(choicesFor(recorded("qemu-two-disks")))).toMatchInlineSnapshot(`
    [
      {
        "name": "flake.nix",
        "text": "{
      description = "This machine: a host of another flake, and the disks it was installed on";

      # \`nix flake update --flake /etc/nixos\` follows it.
      inputs.machines.url = "github:example/infra";

      outputs =
        { machines, ... }:
        {
          nixosConfigurations = machines.nixosConfigurations // {
            "web1" = machines.nixosConfigurations."web1".extendModules {
              modules = [ ./dabei.nix ];
            };
          };
        };
    }
    ",
      },
    ]
  `);
});
