import { expect, test } from "vitest";
import { moduleFor } from "./module-for.ts";

test("BIOS: GRUB goes to each disk by a name that stays", () => {
  const text = moduleFor("bios-six-large", {});
  expect(text).toContain('devices = [ "/dev/disk/by-id/ata-ST8000NM000A-2KE101_ZR5A00" ];');
  expect(text.match(/devices = \[ "\/dev\/disk\/by-id\/ata-/g)).toHaveLength(6);
  expect(text).toContain("efiSupport = lib.mkForce false;");
  expect(text).not.toContain("efiSysMountPoint");
});

test("systemd-boot is the only boot loader where it is chosen", () => {
  const text = moduleFor("emmc-small-board", { layout: { bootLoader: "systemd-boot" } });
  expect(text).toContain("boot.loader.systemd-boot.enable = lib.mkForce true;");
  expect(text).toContain("boot.loader.grub.enable = lib.mkForce false;");
  expect(text).not.toContain("mirroredBoots");
});

test("no mount of a boot partition is waited for longer than 15 seconds where another disk can do", () => {
  const text = moduleFor("bios-six-large", {});
  const mounts = text.match(/fileSystems\."\/boot[^=]*= \{[^}]*\}/g) ?? [];
  expect(mounts).toHaveLength(6);
  for (const mount of mounts) expect(mount).toContain('"nofail" "x-systemd.device-timeout=15s"');
});
