import { expect, test } from "vitest";
import { moduleFor } from "./module-for.ts";

test("BIOS: GRUB goes to each disk by a name that stays", () => {
  const text = moduleFor("bios-six-large", {});
  expect(text).toContain('devices = [ "/dev/disk/by-id/ata-ST8000NM000A-2KE101_ZR5A00" ];');
  expect(text).toContain("efiSupport = lib.mkForce false;");
  expect(text).not.toContain("efiSysMountPoint");
});
