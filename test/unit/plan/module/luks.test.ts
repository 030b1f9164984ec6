import { expect, test } from "vitest";
import { moduleFor } from "./module-for.ts";

test("LUKS: members that may be missing, the import after them, the pool looked for among what they open", () => {
  const text = moduleFor("qemu-two-disks", { layout: { encryption: "luks" } });
  expect(
    text.slice(text.indexOf("  boot.supportedFilesystems"), text.indexOf("  # GRUB")),
  ).toMatchInlineSnapshot(`
    "  boot.supportedFilesystems = [ "zfs" ];
      boot.zfs = {
        # The members are what LUKS opens; their partitions must not be taken for them.
        devNodes = lib.mkForce "/dev/mapper";
        # The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
        forceImportRoot = lib.mkDefault false;
      };

      # What follows are units of systemd's stage 1, which is NixOS's default since 26.05.
      boot.initrd.systemd.enable = lib.mkForce true;

      # LUKS below every member of the pool; one passphrase opens all of them.
      boot.initrd.luks.devices = {
        "dabei-crypt-1" = {
          device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000004";
          crypttabExtraOpts = [ "nofail" "x-systemd.device-timeout=15s" ];
        };
        "dabei-crypt-2" = {
          device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000104";
          crypttabExtraOpts = [ "nofail" "x-systemd.device-timeout=15s" ];
        };
      };
      # The import gives up after a minute. It has to wait for the person with the passphrase, and for no missing disk.
      boot.initrd.systemd.services."zfs-import-rpool".after = [
        "systemd-cryptsetup@dabei\\\\x2dcrypt\\\\x2d1.service"
        "systemd-cryptsetup@dabei\\\\x2dcrypt\\\\x2d2.service"
      ];

    "
  `);
});

test("LUKS on one disk: it has to be there", () => {
  const text = moduleFor("emmc-small-board", { layout: { encryption: "luks" } });
  expect(text).toContain('"dabei-crypt-1" = {');
  expect(text).not.toContain("crypttabExtraOpts");
});

test.each([
  ["on", true],
  ["off", false],
] as const)("TRIM goes through LUKS where the pool sends it: autotrim %s", (autotrim, isAllowed) => {
  const text = moduleFor("qemu-two-disks", { layout: { encryption: "luks", autotrim } });
  expect(text.includes("allowDiscards = true;")).toBe(isAllowed);
});
