// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix that must not take it for one
import { expect, test } from "vitest";
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
