import { describe, expect, test } from "vitest";
import { GiB } from "../../../../tui/base/bytes.ts";
import { fitOf } from "../../../../tui/plan/declared/fit.ts";
import type { Declared, DeclaredFileSystem, Evaluated } from "../../../../tui/plan/evaluated.ts";
import { planOf } from "../../../../tui/plan/plan.ts";
import { choicesFor, recorded } from "../example.ts";

const fs = (
  mountPoint: string,
  device: string,
  fsType = "zfs",
  options: string[] = [],
): DeclaredFileSystem => ({
  mountPoint,
  device,
  label: null,
  fsType,
  options: ["defaults", ...options],
});
const esp = fs("/boot", "/dev/disk/by-label/BOOT", "vfat");
const root = fs("/", "tank/local/root");
const nix = fs("/nix", "tank/local/nix", "zfs", ["zfsutil"]);

function declared(fileSystems: readonly DeclaredFileSystem[], more: Partial<Declared> = {}): Declared {
  return {
    fileSystems,
    swapDevices: [],
    loader: { kind: "systemd-boot", grubDevices: [], espMounts: ["/boot"] },
    ...more,
  };
}

/** The plan for these disks, for a host with the example's layout choices. */
function plan(way: Declared, changes: Parameters<typeof choicesFor>[1] = {}) {
  const machine = recorded("qemu-two-disks");
  const choices = choicesFor(machine, changes);
  const evaluated: Evaluated = { way: { kind: "declared", ...way }, tree: null, lock: null };
  return planOf(machine, { ...choices, flake: { ...choices.flake, evaluated } });
}

describe("a host that declares its file systems", () => {
  test("gets its datasets, parents first, mounted as it will mount them", () => {
    expect(fitOf(declared([nix, root, esp])).fit).toMatchObject({
      pool: "tank",
      datasets: [
        { name: "tank/local", mountpoint: null, properties: { canmount: "off" } },
        {
          name: "tank/local/nix",
          mountpoint: "/nix",
          properties: { mountpoint: "/nix", canmount: "noauto" },
        },
        { name: "tank/local/root", mountpoint: "/", properties: { mountpoint: "legacy" }, snapshot: "blank" },
      ],
      esps: [{ mountPoint: "/boot", marks: { label: "BOOT" } }],
    });
  });

  test("names pool, ESP and swap; only disks and vdevs are chosen", () => {
    const swapDevices = [{ device: "/dev/disk/by-partlabel/swap", randomEncryption: false }];
    const way = declared([root, nix, { ...esp, device: "/dev/disk/by-uuid/ABCD-0123" }], { swapDevices });
    const { plan: made, issues } = plan(way, { layout: { pool: "other", swap: GiB } });
    expect(issues).toEqual([]);
    const steps = made?.steps ?? [];
    expect(steps).toContainEqual(expect.objectContaining({ do: "create-pool", pool: "tank" }));
    expect(steps.find((step) => step.do === "format-esp")).toMatchObject({ volumeId: "ABCD0123" });
    expect(steps.find((step) => step.do === "partition-disk")?.partitions).toContainEqual(
      expect.objectContaining({ role: "swap", label: "swap" }),
    );
    expect(steps.filter((step) => step.do === "enable-swap")).toHaveLength(1);
    expect(steps.find((step) => step.do === "mount-target")?.mounts).toMatchObject([
      { source: "tank/local/root", target: "/mnt", options: [] },
      { target: "/mnt/boot", type: "vfat" },
      { target: "/mnt/boot-2", type: "vfat" },
      { source: "tank/local/nix", target: "/mnt/nix", options: ["zfsutil"] },
    ]);
    const files = steps.find((step) => step.do === "write-flake")?.files ?? [];
    const module = files.find(({ name }) => name === "dabei.nix")?.text ?? "";
    expect(module).not.toMatch(/fileSystems|swapDevices|grub/);
    expect(module).toMatch(/networking\.hostId[\s\S]*|availableKernelModules/);
  });

  test("with GRUB can start from every disk", () => {
    const loader = { kind: "grub" as const, grubDevices: ["nodev"], espMounts: ["/boot"] };
    const { plan: made } = plan(declared([root, nix, esp], { loader }));
    const files = made?.steps.find((step) => step.do === "write-flake")?.files ?? [];
    const module = files.find(({ name }) => name === "dabei.nix")?.text ?? "";
    expect(module).toMatch(/fileSystems\."\/boot-2"/);
    expect(module).not.toMatch(/fileSystems\."\/boot" =/);
    expect(module).toMatch(/mirroredBoots/);
  });

  test("a partition's GUID can be given, and the pool is made on the others", () => {
    const guid = "0fc63daf-8483-4772-8e79-3d69d8477de4";
    const { plan: made } = plan(declared([root, { ...esp, device: `/dev/disk/by-partuuid/${guid}` }]));
    expect(made?.steps.find((step) => step.do === "format-esp")?.device).toBe(
      `/dev/disk/by-partuuid/${guid}`,
    );
  });

  test("/ in RAM is mounted for the installation too, and the wrapper flake lies where it stays", () => {
    const persist = fs("/persist", "tank/persist");
    const { plan: made } = plan(declared([fs("/", "none", "tmpfs"), nix, persist, esp]));
    const mounts = made?.steps.find((step) => step.do === "mount-target")?.mounts;
    expect(mounts?.[0]).toEqual({ source: "tmpfs", target: "/mnt", type: "tmpfs", options: ["mode=755"] });
    expect(made?.steps.find((step) => step.do === "write-flake")?.directory).toBe("/mnt/persist/etc/nixos");
  });

  test("random swap stays as it is, for the host to overwrite", () => {
    const swapDevices = [{ device: "/dev/disk/by-partlabel/swap", randomEncryption: true }];
    const { plan: made } = plan(declared([root, esp], { swapDevices }), { layout: { swap: GiB } });
    expect(made?.steps.some((step) => step.do === "enable-swap")).toBe(false);
  });

  test("without an ESP gets one where its boot loader looks for it", () => {
    const loader = { kind: "systemd-boot" as const, grubDevices: [], espMounts: ["/efi"] };
    expect(fitOf(declared([root], { loader })).fit?.esps).toEqual([{ mountPoint: "/efi", marks: {} }]);
  });
});

describe("what cannot be made to fit is refused in words", () => {
  test.each<[string, Declared, string]>([
    [
      "another root",
      declared([fs("/", "/dev/sda2", "ext4"), esp]),
      "The root file system is ext4, and only ZFS is made here. Declare it on ZFS, remove all file systems from the host so that a layout is added, or describe the disks by disko.",
    ],
    [
      "/ in RAM and nothing that stays",
      declared([fs("/", "none", "tmpfs"), esp]),
      "/ is in RAM, and /nix is on no dataset: nothing would be there at the next boot. Declare /nix on ZFS.",
    ],
    [
      "two pools",
      declared([root, fs("/data", "big/data"), esp]),
      "The host mounts file systems of the pools tank and big, and one pool is made here. Give those of the other the option nofail, and make it after the installation.",
    ],
    [
      "the pool itself",
      declared([fs("/", "tank"), esp]),
      "/ is the pool tank itself. Give it a dataset of its own, tank/root for instance.",
    ],
    [
      "a file system that is not made here",
      declared([root, esp, fs("/data", "/dev/disk/by-label/data", "ext4")]),
      "/data is ext4 on /dev/disk/by-label/data, and only ZFS, ESPs and swap are made here. Declare it on ZFS, or give it the option nofail and make it after the installation.",
    ],
    [
      "an ESP by the kernel's name",
      declared([root, { ...esp, device: "/dev/sda1" }]),
      "/boot is found by /dev/sda1: another disk may have that name at the next boot. Name it by /dev/disk/by-label/BOOT or by-partlabel, and its ESP is made to fit.",
    ],
    [
      "a FAT label that is too long",
      declared([root, { ...esp, device: "/dev/disk/by-label/my-boot-partition" }]),
      "/boot is found by /dev/disk/by-label/my-boot-partition: a label of FAT has at most 11 characters. Name it by /dev/disk/by-label/BOOT or by-partlabel, and its ESP is made to fit.",
    ],
    [
      "/boot on ZFS",
      declared([root, fs("/boot", "tank/boot")]),
      "/boot is a dataset, and no boot loader can read a pool with these features. Put /boot on an ESP (vfat).",
    ],
    [
      "swap on a zvol",
      declared([root, esp], { swapDevices: [{ device: "/dev/zvol/tank/swap", randomEncryption: false }] }),
      "Swap on /dev/zvol/tank/swap would be on the pool, where swapping can block for ever. Use a partition, /dev/disk/by-partlabel/swap for instance, or zramSwap.",
    ],
    [
      "swap by the kernel's name",
      declared([root, esp], { swapDevices: [{ device: "/dev/sda3", randomEncryption: false }] }),
      "Swap is found by /dev/sda3: another disk may have that name at the next boot. Name it by /dev/disk/by-partlabel/swap, and its partition is made to fit.",
    ],
    [
      "random swap by its label",
      declared([root, esp], { swapDevices: [{ device: "/dev/disk/by-label/swap", randomEncryption: true }] }),
      "Swap with a random key is found by /dev/disk/by-label/swap, which it overwrites at each boot. Name it by /dev/disk/by-partlabel/swap.",
    ],
  ])("%s", (_name, way, sentence) => {
    const { fit, issues } = fitOf(way);
    expect(fit).toBeNull();
    expect(issues.map(({ message }) => message)).toContain(sentence);
    expect(plan(way).plan).toBeNull();
  });

  test("more ESPs than disks", () => {
    const { plan: made, issues } = plan(
      declared([
        root,
        esp,
        fs("/boot2", "/dev/disk/by-label/B2", "vfat"),
        fs("/boot3", "/dev/disk/by-label/B3", "vfat"),
      ]),
    );
    expect(made).toBeNull();
    expect(issues.map(({ message }) => message)).toContain(
      "The host mounts 3 ESPs, one a disk, and 2 disks are chosen. Choose 3.",
    );
  });

  test("what the machine can start without is left to later, and said", () => {
    const { fit, issues } = fitOf(
      declared([
        root,
        esp,
        fs("/data", "big/data", "zfs", ["nofail"]),
        fs("/nas", "nas:/export", "nfs"),
        fs("/srv", "/data/srv", "none", ["bind"]),
      ]),
    );
    expect(fit?.pool).toBe("tank");
    expect(issues).toEqual([
      {
        where: "flake.host",
        severity: "warning",
        message: "/data (big/data) may be missing at boot and is not made here.",
      },
    ]);
  });
});
