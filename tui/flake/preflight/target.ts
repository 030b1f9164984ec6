import type { Bytes } from "../../base/bytes.ts";
import type { DeclaredFileSystem } from "../../plan/evaluated.ts";
import type { Expected } from "../../plan/expected.ts";
import type { StepOf } from "../../plan/step.ts";

export interface PreflightInput {
  readonly expected: Expected;
  /** The wrapper flake with the generated module, as it will lie in /etc/nixos of the target. */
  readonly wrapper: Pick<StepOf<"write-flake">, "files" | "tree">;
  /** What nix allocated when it was asked for the host's facts; null where it did not tell. */
  readonly evaluation: Bytes | null;
}

/** The chosen host with the module, evaluated. */
export interface Target {
  /** The toplevel's derivation. */
  readonly drv: string;
  /** The derivation of disko's script, where that makes the disks. */
  readonly diskoScript: string | null;
  readonly hostId: string | null;
  readonly hostname: string | null;
  readonly loader: {
    readonly grub: boolean;
    readonly grubEfi: boolean;
    /** Of GRUB: all devices that it is written to, "nodev" among them. */
    readonly grubDevices: readonly string[];
    readonly systemdBoot: boolean;
    readonly other: boolean;
    readonly touchesVariables: boolean;
    readonly espMount: string;
    /** Generations that are kept in the menu; null is all. */
    readonly limit: number | null;
  };
  /** Mount points of all file systems. */
  readonly mounts: readonly string[];
  readonly fileSystems: readonly DeclaredFileSystem[];
  readonly zfsVersion: string | null;
  readonly kernelVersion: string | null;
  /** The kernel's store path; null where there is none. */
  readonly kernel: string | null;
  readonly rootType: string | null;
}

export const factsOfTarget = (way: Expected["host"]["way"]) => `host: let
  inherit (host) config;
  loader = config.boot.loader or { };
  grub = loader.grub or { };
  systemdBoot = loader.systemd-boot or { };
  kernel = config.boot.kernelPackages.kernel or null;
in {
  drv = config.system.build.toplevel.drvPath;
  diskoScript = ${way === "disko" ? "config.system.build.diskoScript.drvPath" : "null"};
  hostId = config.networking.hostId or null;
  hostname = config.networking.hostName or null;
  loader = {
    grub = grub.enable or false;
    grubEfi = grub.efiSupport or false;
    grubDevices = (grub.devices or [ ]) ++ builtins.concatMap (boot: boot.devices or [ ]) (grub.mirroredBoots or [ ]);
    systemdBoot = systemdBoot.enable or false;
    other = builtins.any (name: loader.\${name}.enable or false) [ "refind" "limine" "external" "generic-extlinux-compatible" ]
      || (config.boot.lanzaboote.enable or false);
    touchesVariables = loader.efi.canTouchEfiVariables or false;
    espMount = loader.efi.efiSysMountPoint or "/boot";
    limit = if grub.enable or false then grub.configurationLimit or null else systemdBoot.configurationLimit or null;
  };
  mounts = builtins.attrNames (config.fileSystems or { });
  fileSystems = map (entry: {
    inherit (entry) mountPoint;
    device = entry.device or null;
    label = entry.label or null;
    fsType = entry.fsType or "auto";
    options = entry.options or [ ];
  }) (builtins.filter (entry: entry.enable or true) (builtins.attrValues (config.fileSystems or { })));
  zfsVersion = config.boot.zfs.package.version or null;
  kernelVersion = kernel.version or null;
  kernel = if kernel == null then null else builtins.unsafeDiscardStringContext (kernel.outPath or "");
  rootType = config.fileSystems."/".fsType or null;
}`;
