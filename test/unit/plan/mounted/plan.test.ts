import { describe, expect, test } from "vitest";
import type { Mounted } from "../../../../tui/machine/machine.ts";
import { commandsOf, titleOf } from "../../../../tui/plan/describe.ts";
import type { Way } from "../../../../tui/plan/evaluated.ts";
import { planOf } from "../../../../tui/plan/plan.ts";
import { esp, fileSystem, machineWith, mountedChoices, onExt4, onZfs } from "./example.ts";

const declared: Way = {
  kind: "declared",
  fileSystems: [],
  swapDevices: [],
  loader: { kind: "systemd-boot", grubDevices: [], espMounts: ["/boot"] },
};

function planned(mounted: Mounted | null, way?: Way, change: Parameters<typeof machineWith>[1] = {}) {
  const machine = machineWith(mounted, change);
  return planOf(machine, mountedChoices(machine, way));
}

function moduleOf(...args: Parameters<typeof planned>): string {
  const step = planned(...args).plan?.steps.find((one) => one.do === "write-flake");
  return step?.files.find(({ name }) => name === "dabei.nix")?.text ?? "";
}

describe("an installation into what is mounted", () => {
  test("partitions, formats, wipes and unmounts nothing", () => {
    const { plan, issues } = planned(onZfs);
    expect(issues).toEqual([]);
    expect(plan?.summary).toBe("web1 from github:example/infra, into what is mounted at /mnt");
    expect(plan?.steps.map(titleOf)).toEqual([
      ...["check mounts", "set hostId", "write flake", "host keys", "build system", "install system"],
      ...["boot loader", "keep records", "mark pool", "leave mounted"],
    ]);
    const programs = plan?.steps.flatMap((step) => commandsOf(step)).map(([program]) => program) ?? [];
    for (const program of [
      "sgdisk",
      "wipefs",
      "mkfs.vfat",
      "mkfs.fat",
      "umount",
      "mount",
      "swapoff",
      "blkdiscard",
    ])
      expect(programs).not.toContain(program);
  });

  test("a flake that is in /etc/nixos stays, and so do host keys", () => {
    const { plan } = planned({ ...onZfs, hasFlake: true, hostKeys: ["ed25519"] });
    expect(plan?.steps.map(titleOf)).not.toContain("host keys");
    expect(plan?.steps.find((step) => step.do === "write-flake")).toMatchObject({
      directory: "/mnt/etc/nix-dabei",
    });
    expect(plan?.steps.find((step) => step.do === "build-system")).toMatchObject({
      flake: "path:/mnt/etc/nix-dabei",
    });
    expect(moduleOf({ ...onZfs, hasFlake: true })).toContain("--flake /etc/nix-dabei#web1");
    const flake = plan?.steps.find((step) => step.do === "write-flake")?.files[0]?.text;
    expect(flake).toContain("nix flake update --flake /etc/nix-dabei");
  });

  test("a comment that somebody gave the pool stays", () => {
    const { disks } = machineWith(null);
    const [first, ...others] = disks;
    const member = {
      ...{
        path: "/dev/vda2",
        number: 2,
        size: 1,
        type: "zfs_member",
        label: "tank",
        uuid: "1",
        partLabel: null,
      },
      ...{ partUuid: "p", mountpoints: [], pool: { name: "tank", host: null, guid: "1", comment: "mine" } },
    };
    const change = { disks: [{ ...first!, contents: [member] }, ...others] };
    expect(planned(onZfs, undefined, change).plan?.steps.map(titleOf)).not.toContain("mark pool");
  });
});

describe("its module", () => {
  test("describes a pool as nixos-generate-config would", () => {
    const text = moduleOf(onZfs);
    expect(text).toContain(`  fileSystems."/" = {
    device = "tank/root";
    fsType = "zfs";
  };
  fileSystems."/nix" = {
    device = "tank/nix";
    fsType = "zfs";
    options = [ "zfsutil" ];
  };
  fileSystems."/boot" = {
    device = "/dev/disk/by-uuid/12AB-34CD";
    fsType = "vfat";
    options = [ "umask=0077" ];
  };`);
    expect(text).toContain(`swapDevices = [ { device = "/dev/disk/by-uuid/aaaa-bbbb"; } ];`);
    expect(text).toContain("boot.loader.systemd-boot.enable = lib.mkDefault true;");
    expect(text).toContain('networking.hostId = lib.mkForce "8f2c41aa";');
  });

  test("tells what LUKS opens, and a subvolume, a bind mount", () => {
    const text = moduleOf({
      ...onExt4,
      fileSystems: [
        ...onExt4.fileSystems,
        fileSystem("/home", "/dev/vdb", { type: "btrfs", subtree: "/@home", uuid: "5555" }),
        fileSystem("/var/log", "/dev/mapper/root", { uuid: "1111-2222", subtree: "/persist/log" }),
      ],
    });
    expect(text).toContain('boot.initrd.luks.devices."root".device = "/dev/disk/by-uuid/3333-4444";');
    expect(text).toContain('options = [ "subvol=@home" ];');
    expect(text).toContain(`fileSystems."/var/log" = {
    device = "/persist/log";
    fsType = "none";
    options = [ "bind" ];
  };`);
    expect(text).not.toContain("boot.zfs");
  });

  test("says nothing of file systems and boot loader of a host that declares its own", () => {
    const text = moduleOf(onZfs, declared);
    expect(text).not.toMatch(/fileSystems|swapDevices|boot\.loader/);
    expect(text).toContain("networking.hostId");
  });

  test("puts GRUB on the disk of /boot for a BIOS", () => {
    const text = moduleOf({ ...onExt4, fileSystems: [onExt4.fileSystems[0]!] }, undefined, {
      firmware: "bios",
    });
    const { disks } = machineWith(null);
    const name = disks[0]!.byId[0] ?? disks[0]!.byPath[0] ?? "/dev/vda";
    const wanted = onExt4.fileSystems[0]!.disks.includes(disks[0]!.path) ? name : "";
    expect(text).toContain(`boot.loader.grub.devices = [ "${wanted}" ];`);
  });
});

describe("what is wrong with what is mounted", () => {
  const [root] = onExt4.fileSystems;
  test.each([
    ["nothing", null, /Nothing is mounted at \/mnt/],
    ["FAT as root", { ...onExt4, fileSystems: [{ ...esp, place: "/" }] }, /is vfat: NixOS cannot live on it/],
    [
      "read-only",
      { ...onExt4, fileSystems: [{ ...root!, options: ["ro"] }, esp] },
      /mount -o remount,rw \/mnt/,
    ],
    [
      "a store in RAM",
      { ...onExt4, fileSystems: [{ ...root!, source: "tmpfs", type: "tmpfs" }, esp] },
      /The store would be in RAM/,
    ],
    ["no ESP", { ...onExt4, fileSystems: [root!] }, /No ESP is mounted/],
  ] as const)("%s", (_, mounted, sentence) => {
    const { plan, issues } = planned(mounted, undefined, { firmware: "uefi" });
    expect(plan).toBeNull();
    expect(issues.map(({ message }) => message).join("\n")).toMatch(sentence);
  });
});
