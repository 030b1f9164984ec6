import type { Evaluated } from "./evaluated.ts";
import type { LayoutChoices } from "./layout-choices.ts";
import type { NetworkChoices } from "./network-choices.ts";
import type { HookCommand, Substituter } from "./step.ts";
import type { SystemChoices } from "./system-choices.ts";

export type * from "./layout-choices.ts";

/** Everything the person (or the answer file) decides, as values. Nothing secret: a passphrase lives in the secrets directory. */
export interface Choices {
  /** Paths of the chosen disks in this boot ("/dev/nvme0n1"), in the order of the machine. */
  readonly disks: readonly string[];
  /** "mounted": the system goes into what is mounted at /mnt, and no disk is partitioned. Absent: disks are made. */
  readonly target?: "mounted";
  readonly layout: LayoutChoices;
  readonly flake: FlakeChoices;
  readonly system: SystemChoices;
  /** Null: DHCP on every card here, and the flake's own network in the installed system. */
  readonly network: NetworkChoices | null;
  /** What is run at the end, while the target is mounted. Absent: nothing. */
  readonly after?: readonly HookCommand[];
  readonly identity: Identity;
}

export interface FlakeChoices {
  /** As nix takes it: "github:example/infra". */
  readonly reference: string;
  readonly host: string;
  /** Trusted for this installation, beside nix's own. */
  readonly substituters: readonly Substituter[];
  /** The host's zfs, "2.3.4": a fact of the flake, kept here for what the pool may use. Null until nix has told it. */
  readonly zfsVersion: string | null;
  /** What becomes of an installation whose own caches do not answer, or are not signed by their key. @default "stop" */
  readonly missingCache?: "stop" | "build";
  /** What becomes of an installation whose host cannot be evaluated before the disks are written. @default "later" */
  readonly smallMemory?: "later" | "stop";
  /** Which disk (its path in this boot) stands for which of disko's names; for hosts with disko devices. */
  readonly diskoDisks?: Readonly<Record<string, string>>;
  /** What is needed to fetch it, as far as it is not secret. Absent: nothing. */
  readonly access?: Access;
  /** What nix found of the host; absent until it was asked. */
  readonly evaluated?: Evaluated;
}

export interface Access {
  /** Hosts whose access token is known. */
  readonly tokens: readonly string[];
  /** Whether an ssh key was given. */
  readonly sshKey: boolean;
  /** Lines of known_hosts. */
  readonly sshHostKeys: readonly string[];
}

/** Random values, drawn once at the edge, so that the plan stays a pure function and the module is known before the write. */
export interface Identity {
  /** One GUID for each chosen disk. Partition n has the same with its last two digits replaced by n. */
  readonly diskGuids: readonly string[];
}
