import type { RawHost } from "../../../tui/flake/host-facts.ts";
import type { Target } from "../../../tui/flake/preflight/target.ts";

/** What nix says of a host without file systems. */
export const rawHost: RawHost = {
  system: "x86_64-linux",
  hostId: null,
  hostname: "web1",
  zfsVersion: "2.3.4",
  stateVersion: "25.11",
  bootLoader: null,
  fileSystems: [],
  swapDevices: [],
  grubDevices: [],
  espMounts: ["/boot"],
  disko: null,
};

export const grub: Target["loader"] = {
  grub: true,
  grubEfi: true,
  grubDevices: ["nodev"],
  systemdBoot: false,
  other: false,
  touchesVariables: false,
  espMount: "/boot",
  limit: 100,
};

/** What nix says of the same host with a layout. */
export const target: Target = {
  drv: "/nix/store/a-system.drv",
  diskoScript: null,
  hostId: "8f2c41aa",
  hostname: "web1",
  loader: grub,
  mounts: ["/", "/boot"],
  fileSystems: [],
  zfsVersion: "2.3.4",
  kernelVersion: "6.12.1",
  kernel: "/nix/store/k-linux",
  rootType: "zfs",
};

/** What `nix flake lock` writes for the wrapper. */
export const lock = '{"nodes":{},"root":"root","version":7}';
