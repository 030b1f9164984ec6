// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix that must not take it for one
import { expect, test } from "vitest";
import { GiB } from "../../../tui/base/bytes.ts";
import { layoutOf } from "../../../tui/plan/layout.ts";
import { generatedModule, wrapperFlake } from "../../../tui/plan/module.ts";
import { nixString } from "../../../tui/plan/nix-text.ts";
import { choicesFor, recorded } from "./example.ts";

function moduleFor(name: string, changes: Parameters<typeof choicesFor>[1]): string {
  const machine = recorded(name);
  const choices = choicesFor(machine, changes);
  return generatedModule(machine, layoutOf(machine, choices).layout!, choices);
}

test("the module of a mirror with UEFI", () => {
  expect(moduleFor("qemu-two-disks", { layout: { swap: GiB, encryption: "native" } })).toMatchInlineSnapshot(`
    "# Disks, boot loader and identity of this machine, written by nix-dabei when it was installed.
    # It is yours to change. It joins the flake by ./flake.nix in this directory:
    #   nixos-rebuild switch --flake /etc/nixos#web1
    # To keep it with your own configuration instead, copy it into your repository, add it to the
    # modules of this host, and rebuild from there. flake.nix in this directory is not needed then.
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

      boot.supportedFilesystems = [ "zfs" ];
      boot.zfs = {
        # by-id is empty on disks without a serial number, by-uuid is one link for all members of a pool.
        devNodes = lib.mkForce "/dev/disk/by-partuuid";
        # The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
        forceImportRoot = lib.mkDefault false;
        requestEncryptionCredentials = lib.mkForce [ "rpool" ];
      };

      # Drivers that the disks of this machine need.
      boot.initrd.availableKernelModules = [ "virtio_blk" "virtio_pci" ];
      hardware.cpu.amd.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;
      # The consoles that the installer was started with.
      boot.kernelParams = [ "console=tty0" "console=ttyS0,115200" ];

      # ZFS refuses a pool that another hostId had last.
      networking.hostId = lib.mkForce "8f2c41aa";
    }
    "
  `);
});

test("one disk: its ESP has to be there", () => {
  const text = moduleFor("emmc-small-board", {});
  expect(text).toContain('options = [ "umask=0077" ];');
  expect(text).not.toContain("nofail");
  expect(text).not.toContain("boot.kernelParams");
  expect(text).toContain("zramSwap.enable = lib.mkDefault true;");
});

test("BIOS: GRUB goes to each disk by a name that stays", () => {
  const text = moduleFor("bios-six-large", {});
  expect(text).toContain('devices = [ "/dev/disk/by-id/ata-ST8000NM000A-2KE101_ZR5A00" ];');
  expect(text).toContain("efiSupport = lib.mkForce false;");
  expect(text).not.toContain("efiSysMountPoint");
});

test("impermanence: / goes back to blank before it is mounted, /persist is there early", () => {
  const text = moduleFor("qemu-two-disks", { layout: { preset: "impermanence" } });
  expect(text).toContain('script = "zfs rollback -r rpool/local/root@blank";');
  expect(text).toMatch(
    /fileSystems\."\/persist" = \{\s+device = "rpool\/safe\/persist";\s+fsType = "zfs";\s+neededForBoot = true;/,
  );
});

test("names and keys for the system", () => {
  const text = moduleFor("qemu-two-disks", {
    system: { hostname: "db1", authorizedKeys: ['ssh-ed25519 AAAA "me" ${HOME}'] },
  });
  expect(text).toContain('networking.hostName = lib.mkForce "db1";');
  expect(text).toContain('"ssh-ed25519 AAAA \\"me\\" \\${HOME}"');
});

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

test.each([
  ["plain", '"plain"'],
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
  ["${x} $y $${z}", '"\\${x} $y $\\${z}"'],
  ["line\nend\t", '"line\\nend\\t"'],
])("the Nix string of %j", (text, nix) => {
  expect(nixString(text)).toBe(nix);
});
