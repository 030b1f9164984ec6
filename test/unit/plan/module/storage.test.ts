import { expect, test } from "vitest";
import { GiB } from "../../../../tui/base/bytes.ts";
import { moduleFor } from "./module-for.ts";

test("one disk: its ESP has to be there", () => {
  const text = moduleFor("emmc-small-board", {});
  expect(text).toContain('options = [ "umask=0077" ];');
  expect(text).not.toContain("nofail");
  expect(text).not.toContain("boot.kernelParams");
  expect(text).toContain("zramSwap.enable = lib.mkDefault true;");
});

test("impermanence: / goes back to blank before it is mounted, /persist is there early", () => {
  const text = moduleFor("qemu-two-disks", { layout: { preset: "impermanence" } });
  expect(text).toContain('script = "zfs rollback -r rpool/local/root@blank";');
  expect(text).toMatch(
    /fileSystems\."\/persist" = \{\s+device = "rpool\/safe\/persist";\s+fsType = "zfs";\s+neededForBoot = true;/,
  );
  expect(text).toContain("boot.initrd.systemd.enable = lib.mkForce true;");
});

test("impermanence: what makes it the same machine is kept", () => {
  const text = moduleFor("qemu-two-disks", { layout: { preset: "impermanence" } });
  for (const directory of ["/etc/nixos", "/var/lib/nixos", "/var/lib/systemd"])
    expect(text).toContain(`fileSystems."${directory}" = {\n    device = "/persist${directory}";`);
  expect(text).toContain('environment.etc."machine-id".source = "/persist/etc/machine-id";');
});

test("swap on encrypted disks has a new key at every boot; zram beside it can be switched off", () => {
  const text = moduleFor("qemu-two-disks", { layout: { swap: GiB, encryption: "luks", zram: false } });
  expect(text.match(/randomEncryption\.enable = true;/g)).toHaveLength(2);
  expect(text).toContain("zramSwap.enable = lib.mkDefault false;");
});

test("the limit of ZFS's cache is a parameter beside the consoles", () => {
  const text = moduleFor("qemu-two-disks", { layout: { arcLimit: GiB } });
  expect(text).toContain(
    'boot.kernelParams = [ "console=tty0" "console=ttyS0,115200" "zfs.zfs_arc_max=1073741824" ];',
  );
  expect(moduleFor("emmc-small-board", { layout: { arcLimit: GiB } })).toContain(
    'boot.kernelParams = [ "zfs.zfs_arc_max=1073741824" ];',
  );
});

test("a key file: its device is mounted before the import", () => {
  const text = moduleFor("usb-stick", {
    disks: ["/dev/sda"],
    layout: {
      vdev: "single",
      encryption: "native-key-file",
      keyFile: { uuid: "5E7A-11C0", path: "/rpool.key" },
    },
  });
  expect(text).toContain('what = "/dev/disk/by-uuid/5E7A-11C0";');
  expect(text).toContain('before = [ "zfs-import-rpool.service" ];');
  expect(text).toContain('requestEncryptionCredentials = lib.mkForce [ "rpool" ];');
});
