/** What nix found out of the chosen host, as far as the plan depends on it. Never answered by anybody, never in an answer file. */
export interface Evaluated {
  readonly way: Way;
  /**
   * The flake's own files in the store of this system, where the installed system could not fetch them again (a path, a
   * stick, baked in): they go to /etc/nixos with the wrapper. Null for what has an address.
   */
  readonly tree: Tree | null;
  /** flake.lock of the wrapper, as the preflight made it: what was reviewed is what is installed. Null before that. */
  readonly lock: string | null;
  /** Set where memory is too small to evaluate the host with its layout before the disks are written: it is done after. */
  readonly later?: EvaluatedHost | null;
  /** The boot loader that the host itself enables; absent or null where it enables none. */
  readonly bootLoader?: DeclaredLoader["kind"];
}

/** What a host says of itself before a layout joins it. */
export interface EvaluatedHost {
  /** "x86_64-linux"; null where it does not say. */
  readonly system: string | null;
  /** That the flake itself enables. */
  readonly bootLoader: DeclaredLoader["kind"];
}

/** A directory of this system's store, and where in it the flake is ("" at its top). */
export interface Tree {
  readonly path: string;
  readonly dir: string;
}

/** How the disks of a host are described, and so who decides what is made on them. */
export type Way =
  /** By nobody: the layout's module joins. */
  | { readonly kind: "generated" }
  /** By the host's own fileSystems, swapDevices and boot loader: disks are made to fit them. */
  | ({ readonly kind: "declared" } & Declared)
  /** By disko devices: its script makes them. */
  | ({ readonly kind: "disko" } & Disko);

export interface Declared {
  readonly fileSystems: readonly DeclaredFileSystem[];
  readonly swapDevices: readonly DeclaredSwap[];
  readonly loader: DeclaredLoader;
  /** Where sshd of the host looks for its keys, "/persist/etc/ssh/ssh_host_ed25519_key"; none where it has no sshd. */
  readonly hostKeys?: readonly string[];
}

/** An entry of config.fileSystems. */
export interface DeclaredFileSystem {
  readonly mountPoint: string;
  readonly device: string | null;
  readonly label: string | null;
  readonly fsType: string;
  readonly options: readonly string[];
}

export interface DeclaredSwap {
  readonly device: string;
  readonly randomEncryption: boolean;
}

/** The boot loader as the host enables it; kind is null where it enables none (GRUB's default does not count). */
export interface DeclaredLoader {
  readonly kind: "grub" | "systemd-boot" | "other" | null;
  /** Disks that GRUB is written to; "nodev" is none. */
  readonly grubDevices: readonly string[];
  /** Where ESPs are expected: efiSysMountPoint, and those of mirroredBoots. */
  readonly espMounts: readonly string[];
}

export interface Disko {
  readonly disks: readonly { readonly name: string; readonly device: string }[];
  /** Pools that its script makes: exported at the end. */
  readonly pools: readonly string[];
  /** As of a host that declares its file systems; what stays is at "" where / does. */
  readonly hostKeys?: readonly string[];
  readonly home?: string;
}

/** A host that says nothing of its disks. */
export const generatedWay: Way = { kind: "generated" };
