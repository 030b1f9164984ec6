import { expect, test } from "vitest";
import { GiB } from "../../../../tui/base/bytes.ts";
import { moduleFor } from "./module-for.ts";

test("the module of a mirror with UEFI", () => {
  expect(moduleFor("qemu-two-disks", { layout: { swap: GiB, encryption: "native" } })).toMatchInlineSnapshot(`
    "# Disks, boot loader and identity of this machine, written by nix-dabei when it was installed.
    # It is yours to change. It joins the flake by ./flake.nix in this directory:
    #   nixos-rebuild switch --flake /etc/nixos#web1
    # To keep it with your own configuration instead, copy it into your repository, add it to the
    # modules of this host (and with git add: flakes see what git knows), and rebuild from there.
    # flake.nix in this directory is not needed then.
    { config, lib, ... }:
    {
      fileSystems."/" = {
        device = "rpool/local/root";
        fsType = "zfs";
      };
      fileSystems."/nix" = {
        device = "rpool/local/nix";
        fsType = "zfs";
      };
      fileSystems."/home" = {
        device = "rpool/safe/home";
        fsType = "zfs";
      };
      fileSystems."/var/log" = {
        device = "rpool/safe/var/log";
        fsType = "zfs";
      };
      fileSystems."/boot" = {
        device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000002";
        fsType = "vfat";
        options = [ "umask=0077" "nofail" "x-systemd.device-timeout=15s" ];
      };
      fileSystems."/boot-2" = {
        device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000102";
        fsType = "vfat";
        options = [ "umask=0077" "nofail" "x-systemd.device-timeout=15s" ];
      };

      swapDevices = [
        {
          device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000003";
          randomEncryption.enable = true;
          options = [ "nofail" "x-systemd.device-timeout=15s" ];
        }
        {
          device = "/dev/disk/by-partuuid/a1b2c3d4-0000-4000-8000-000000000103";
          randomEncryption.enable = true;
          options = [ "nofail" "x-systemd.device-timeout=15s" ];
        }
      ];
      zramSwap.enable = lib.mkDefault true;

      boot.supportedFilesystems = [ "zfs" ];
      boot.zfs = {
        # by-id is empty on disks without a serial number, by-uuid is one link for all members of a pool.
        devNodes = lib.mkForce "/dev/disk/by-partuuid";
        # The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
        forceImportRoot = lib.mkDefault false;
        requestEncryptionCredentials = lib.mkForce [ "rpool" ];
      };

      # GRUB, with kernels, on every disk: any of them can start this machine alone. Forced, since a boot
      # loader that the flake enables for one disk would fight with it.
      boot.loader.systemd-boot.enable = lib.mkForce false;
      boot.loader.efi.canTouchEfiVariables = lib.mkForce false;
      boot.loader.grub = {
        enable = lib.mkForce true;
        efiSupport = lib.mkForce true;
        # EFI/BOOT/BOOTX64.EFI: found by every firmware, without a boot entry that a new mainboard would not have.
        efiInstallAsRemovable = lib.mkForce true;
        mirroredBoots = lib.mkForce [
          {
            path = "/boot";
            devices = [ "nodev" ];
            efiSysMountPoint = "/boot";
          }
          {
            path = "/boot-2";
            devices = [ "nodev" ];
            efiSysMountPoint = "/boot-2";
          }
        ];
      };

      # Drivers that the disks of this machine need.
      boot.initrd.availableKernelModules = [ "virtio_blk" "virtio_pci" ];

      # The consoles that the installer was started with.
      boot.kernelParams = [ "console=tty0" "console=ttyS0,115200" ];

      # ZFS refuses a pool that another hostId had last.
      networking.hostId = lib.mkForce "8f2c41aa";
    }
    "
  `);
});
