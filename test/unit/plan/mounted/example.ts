import type { Machine, Mounted, MountedFileSystem } from "../../../../tui/machine/machine.ts";
import type { Choices } from "../../../../tui/plan/choices.ts";
import { generatedWay, type Way } from "../../../../tui/plan/evaluated.ts";
import { choicesFor, recorded } from "../example.ts";

export function fileSystem(place: string, source: string, change: Partial<MountedFileSystem> = {}) {
  return {
    ...{ place, source, type: "ext4", options: ["rw", "relatime"], subtree: "/", uuid: null, label: null },
    ...{ partUuid: null, partLabel: null, size: 8 * 2 ** 30, free: 7 * 2 ** 30, ownPlace: null },
    ...{ disks: ["/dev/vda"], luks: [], isArray: false },
    ...change,
  } satisfies MountedFileSystem;
}

export const esp = fileSystem("/boot", "/dev/vda1", {
  type: "vfat",
  uuid: "12AB-34CD",
  options: ["rw", "umask=0077", "codepage=437"],
});

/** A pool with its own mount point for /nix, and an ESP. */
export const onZfs: Mounted = {
  fileSystems: [
    fileSystem("/", "tank/root", { type: "zfs", disks: [] }),
    fileSystem("/nix", "tank/nix", { type: "zfs", disks: [], ownPlace: "/nix" }),
    esp,
  ],
  swap: [{ device: "/dev/vda3", uuid: "aaaa-bbbb" }],
  hasFlake: false,
  hostKeys: [],
};

export const onExt4: Mounted = {
  fileSystems: [
    fileSystem("/", "/dev/mapper/root", {
      uuid: "1111-2222",
      luks: [{ name: "root", uuid: "3333-4444" }],
    }),
    esp,
  ],
  swap: [],
  hasFlake: false,
  hostKeys: [],
};

export function machineWith(mounted: Mounted | null, change: Partial<Machine> = {}): Machine {
  return { ...recorded("qemu-two-disks"), mounted, ...change };
}

/** The choice of what is mounted for a host that describes its disks in this way. */
export function mountedChoices(
  machine: Machine,
  way: Way = generatedWay,
  bootLoader?: "grub" | "systemd-boot",
): Choices {
  const choices = choicesFor(machine, { disks: [] });
  const evaluated = { way, tree: null, lock: null, ...(bootLoader ? { bootLoader } : {}) };
  return { ...choices, target: "mounted", flake: { ...choices.flake, evaluated } };
}
