import { type Bytes, GiB, MiB } from "../base/bytes.ts";
import type { LayoutChoices, Preset } from "./choices.ts";
import type { Dataset, Properties } from "./step.ts";

/** What a preset makes, in the words of the layout screen. */
export const presetMounts: Readonly<Record<Preset, readonly string[]>> = {
  simple: ["/", "/nix"],
  server: ["/", "/nix", "/home", "/var/log"],
  impermanence: ["/", "/nix", "/home", "/var/log", "/persist"],
};

/**
 * The datasets of a preset, parents first. `local` can be made again from the flake, `safe` is what a backup takes.
 * All are mounted by the installed system (mountpoint=legacy), none by zfs.
 */
export function datasetsOf({ pool, preset }: LayoutChoices, usable: Bytes): Dataset[] {
  const container = (name: string): Dataset => dataset(name, null, { canmount: "off" });
  const mounted = (
    name: string,
    mountpoint: string,
    properties: Properties = {},
    snapshot?: string,
  ): Dataset => dataset(name, mountpoint, { mountpoint: "legacy", ...properties }, snapshot);
  const dataset = (name: string, mountpoint: string | null, properties: Properties, snapshot?: string) => ({
    name: `${pool}/${name}`,
    properties,
    mountpoint,
    snapshot: snapshot ?? null,
  });
  const mounts = presetMounts[preset];
  return [
    container("local"),
    mounted("local/root", "/", {}, preset === "impermanence" ? "blank" : undefined),
    // Names in the store are bytes: normalised, some packages could not be unpacked.
    mounted("local/nix", "/nix", { atime: "off", normalization: "none", utf8only: "off" }),
    ...(mounts.includes("/home") ? [container("safe"), mounted("safe/home", "/home")] : []),
    ...(mounts.includes("/var/log") ? [container("safe/var"), mounted("safe/var/log", "/var/log")] : []),
    ...(mounts.includes("/persist") ? [mounted("safe/persist", "/persist")] : []),
    // Space that nothing uses: a full pool can be emptied again only when there is some left to write to.
    dataset("reserved", null, { canmount: "off", refreservation: String(reservedSpace(usable)) }),
  ];
}

/** 1 GiB, or 1/32 of a small pool. */
export function reservedSpace(usable: Bytes): Bytes {
  return Math.floor(Math.min(GiB, usable / 32) / MiB) * MiB;
}
