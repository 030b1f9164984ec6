import type { Bytes } from "../base/bytes.ts";
import { declaredHome } from "../plan/declared/home.ts";
import type { Declared, DeclaredFileSystem, Disko, Way } from "../plan/evaluated.ts";
import { generatedWay } from "../plan/evaluated.ts";
import type { HostFacts, NixFailure } from "./facts.ts";

/** What the expression below gives. */
export interface RawHost
  extends Pick<HostFacts, "system" | "hostId" | "hostname" | "zfsVersion" | "stateVersion" | "bootLoader"> {
  readonly fileSystems: readonly DeclaredFileSystem[];
  readonly swapDevices: Declared["swapDevices"];
  readonly grubDevices: readonly string[];
  readonly espMounts: readonly string[];
  readonly hostKeys?: readonly string[];
  readonly disko: Disko | null;
}

// tryEval catches throw and assert alone; what is missing is caught by `or`. Whatever else goes wrong is the host's error.
// GRUB is enabled by default in NixOS: it counts only where somebody set it (a default has priority 1500).
export const factsOfHost = `host: let
  inherit (host) config;
  or' = default: value:
    let tried = builtins.tryEval (builtins.deepSeq value value); in if tried.success then tried.value else default;
  loader = config.boot.loader or { };
  grub = loader.grub or { };
  enabled = name: or' false (loader.\${name}.enable or false);
  first = values: let known = builtins.filter (v: v != null) (map (or' null) values);
    in if known == [ ] then null else builtins.head known;
  on = builtins.filter (entry: or' true (entry.enable or true));
  devices = config.disko.devices or { };
in {
  system = first [
    (host.pkgs.stdenv.hostPlatform.system or null) (config.nixpkgs.hostPlatform.system or null)
    (config.nixpkgs.system or null) (config.system.build.toplevel.system or null)
  ];
  hostId = or' null (config.networking.hostId or null);
  hostname = or' null (config.networking.hostName or null);
  stateVersion = or' null (config.system.stateVersion or null);
  zfsVersion = or' null (config.boot.zfs.package.version or null);
  fileSystems = map (entry: {
    inherit (entry) mountPoint;
    device = or' null (entry.device or null);
    label = or' null (entry.label or null);
    fsType = or' "auto" (entry.fsType or "auto");
    options = or' [ ] (entry.options or [ ]);
  }) (on (builtins.attrValues (config.fileSystems or { })));
  swapDevices = map (entry: {
    device = or' "" (entry.device or "");
    randomEncryption = or' false (entry.randomEncryption.enable or false);
  }) (config.swapDevices or [ ]);
  grubDevices = or' [ ] ((grub.devices or [ ]) ++ builtins.concatMap (boot: boot.devices or [ ]) (grub.mirroredBoots or [ ]));
  espMounts = or' [ "/boot" ] (
    map (boot: if boot.efiSysMountPoint or null == null then boot.path else boot.efiSysMountPoint) (grub.mirroredBoots or [ ])
    ++ [ (loader.efi.efiSysMountPoint or "/boot") ]);
  hostKeys = if or' false (config.services.openssh.enable or false)
    then or' [ ] (map (key: key.path) (config.services.openssh.hostKeys or [ ])) else [ ];
  disko = if (devices.disk or { }) == { } || !(config.system.build ? diskoScript) then null else {
    disks = map (name: { inherit name; device = or' "" (devices.disk.\${name}.device or ""); }) (builtins.attrNames devices.disk);
    pools = builtins.attrNames (devices.zpool or { });
  };
  bootLoader =
    if enabled "systemd-boot" then "systemd-boot"
    else if builtins.any enabled [ "refind" "limine" "external" "generic-extlinux-compatible" ] then "other"
    else if enabled "grub" && or' 1500 (host.options.boot.loader.grub.enable.highestPrio or 100) < 1500 then "grub"
    else null;
}`;

export function hostFacts(name: string, raw: RawHost, evaluation: Bytes | null = null): HostFacts {
  const { fileSystems, swapDevices, disko, hostKeys = [], grubDevices: _, espMounts: __, ...facts } = raw;
  // NixOS makes an entry of mirroredBoots out of devices, so both tell the same.
  const [grubDevices, espMounts] = [[...new Set(raw.grubDevices)], [...new Set(raw.espMounts)]];
  // GRUB's default is to be enabled; with a disk to be written to, somebody means it.
  const kind = facts.bootLoader ?? (grubDevices.length > 0 ? "grub" : null);
  const declared: Declared = { fileSystems, swapDevices, loader: { kind, grubDevices, espMounts }, hostKeys };
  const way = wayOf(declared, disko);
  return { name, ...facts, bootLoader: kind, disks: disksOf(way), way, error: null, evaluation };
}

/** A host that does not evaluate. */
export function unknownHost(name: string, error: NixFailure): HostFacts {
  return {
    name,
    system: null,
    disks: "unknown",
    way: generatedWay,
    hostId: null,
    hostname: null,
    zfsVersion: null,
    stateVersion: null,
    bootLoader: null,
    error,
    evaluation: null,
  };
}

function wayOf(declared: Declared, disko: Disko | null): Way {
  if (disko) {
    const { fileSystems, hostKeys = [] } = declared;
    const home = declaredHome({ fileSystems });
    return {
      kind: "disko",
      ...disko,
      ...(home === "" ? {} : { home }),
      ...(hostKeys.length > 0 ? { hostKeys } : {}),
    };
  }
  // A share or a stick beside it is no description of the machine's own disks.
  const hasRoot = declared.fileSystems.some(({ mountPoint }) => mountPoint === "/");
  return hasRoot ? { kind: "declared", ...declared } : generatedWay;
}

function disksOf(way: Way): HostFacts["disks"] {
  if (way.kind === "generated") return "none";
  if (way.kind === "disko") return "disko";
  const root = way.fileSystems.find(({ mountPoint }) => mountPoint === "/");
  return root?.fsType === "zfs" || way.fileSystems.some(({ fsType }) => fsType === "zfs") ? "zfs" : "other";
}
