// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix that must not take it for one
import { describe, expect, test } from "vitest";
import type { DeclaredFileSystem } from "../../../../tui/plan/evaluated.ts";
import { planOf } from "../../../../tui/plan/plan.ts";
import { choicesFor, recorded } from "../example.ts";
import { moduleFor } from "./module-for.ts";

test("names and keys for the system", () => {
  const text = moduleFor("qemu-two-disks", {
    system: { hostname: "db1", authorizedKeys: ['ssh-ed25519 AAAA "me" ${HOME}'] },
  });
  expect(text).toContain('networking.hostName = lib.mkForce "db1";');
  expect(text).toContain('"ssh-ed25519 AAAA \\"me\\" \\${HOME}"');
});

test("a command of the first boot is a unit that runs until it has succeeded", () => {
  const text = moduleFor("qemu-two-disks", { system: { firstBoot: ["nixos-rebuild", "switch", "a b"] } });
  expect(text).toContain("script = \"nixos-rebuild switch 'a b'\";");
  expect(text).toContain('unitConfig.ConditionPathExists = "!/var/lib/nix-dabei/first-boot-done";');
  expect(moduleFor("qemu-two-disks", { system: { firstBoot: "echo ${HOME}\nexit 0" } })).toContain(
    'script = "echo \\${HOME}\\nexit 0";',
  );
  expect(moduleFor("qemu-two-disks", {})).not.toContain("dabei-first-boot");
});

test("what has to outlive a boot is in /persist on an impermanent system", () => {
  const text = moduleFor("qemu-two-disks", {
    layout: { preset: "impermanence" },
    system: { firstBoot: "true" },
  });
  expect(text).toContain('{ type = "ed25519"; path = "/persist/etc/ssh/ssh_host_ed25519_key"; }');
  expect(text).toContain("touch /persist/var/lib/nix-dabei/first-boot-done");
});

describe("a host that declares / in RAM", () => {
  const fs = (mountPoint: string, fsType: string, device: string | null = null): DeclaredFileSystem => {
    return { mountPoint, fsType, device, label: null, options: [] };
  };
  const machine = recorded("qemu-two-disks");
  const kept = (hostKeys: readonly string[], places = ["/nix", "/persist"]) => {
    const loader = { kind: "grub", grubDevices: ["nodev"], espMounts: ["/boot"] } as const;
    const fileSystems = [fs("/", "tmpfs"), ...places.map((place) => fs(place, "zfs", `tank${place}`))];
    const way = { kind: "declared", fileSystems, swapDevices: [], loader, hostKeys } as const;
    const choices = choicesFor(machine, { system: { firstBoot: "true" } });
    const evaluated = { way, tree: null, lock: null };
    const { plan } = planOf(machine, { ...choices, flake: { ...choices.flake, evaluated } });
    const step = plan?.steps.find((one) => one.do === "write-host-keys");
    const flake = plan?.steps.find((one) => one.do === "write-flake");
    const module = flake?.files.find(({ name }) => name === "dabei.nix")?.text ?? "";
    return { directory: step?.directory, module };
  };

  test("has its host keys where they stay, and its sshd told so", () => {
    const { directory, module } = kept(["/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_rsa_key"]);
    expect(directory).toBe("/mnt/persist/etc/ssh");
    expect(module).toContain('path = "/persist/etc/ssh/ssh_host_ed25519_key"');
    expect(module).toContain("touch /persist/var/lib/nix-dabei/first-boot-done");
  });

  test("without another place, beside the store", () => {
    expect(kept([], ["/nix"]).directory).toBe("/mnt/nix/etc/ssh");
  });

  test("whose sshd looks in a place of its own has them there, and nothing is changed", () => {
    const { directory, module } = kept(["/persist/keys/ssh_host_ed25519_key"]);
    expect(directory).toBe("/mnt/persist/keys");
    expect(module).not.toContain("hostKeys");
  });
});
