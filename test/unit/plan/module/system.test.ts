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
