import type { Mounted, MountedFileSystem } from "../../machine/machine.ts";
import { targetRoot } from "../target.ts";

/** The wrapper's directory where /etc/nixos is somebody else's. */
export const besideFlake = "/etc/nix-dabei";

/** A flake of somebody's own in /etc/nixos is left alone. */
export function directoryIn({ hasFlake }: Mounted): string {
  return `${targetRoot}${hasFlake ? besideFlake : "/etc/nixos"}`;
}

/** Pools of the mounted datasets, that of / first. */
export function poolsOf({ fileSystems }: Mounted): string[] {
  const names = fileSystems
    .filter(({ type }) => type === "zfs")
    .map(({ source }) => source.split("/")[0] ?? "");
  return [...new Set(names)];
}

/** Where the ESP is among them, as boot loaders are told: the place that is usual first. */
export function espOf(fileSystems: readonly MountedFileSystem[]): MountedFileSystem | undefined {
  const found = fileSystems.filter(({ type }) => type === "vfat");
  const usual = ["/boot", "/boot/efi", "/efi", "/boot/EFI"];
  return found.find(({ place }) => usual.includes(place)) ?? found[0];
}
