import type { Bytes } from "../base/bytes.ts";
import type { EvaluatedHost, Tree, Way } from "../plan/evaluated.ts";

/** What nix says of one nixosConfigurations.<host>, before any layout is added. */
export interface HostFacts {
  readonly name: string;
  /** "x86_64-linux"; null when the host does not evaluate. */
  readonly system: string | null;
  readonly disks: "none" | "zfs" | "other" | "disko" | "unknown";
  /** The same, with all that the plan takes from it. */
  readonly way: Way;
  readonly hostId: string | null;
  readonly hostname: string | null;
  readonly zfsVersion: string | null;
  readonly stateVersion: string | null;
  /** A boot loader that the flake itself enables. */
  readonly bootLoader: "grub" | "systemd-boot" | "other" | null;
  /** One sentence, when the host cannot be evaluated; and nix's own words. */
  readonly error: NixFailure | null;
  /** What nix allocated to say all this; null where it did not tell. */
  readonly evaluation?: Bytes | null;
}

export interface FlakeFacts {
  readonly reference: string;
  readonly hosts: readonly HostFacts[];
  /** Substituters with keys that the flake asks for by nixConfig. */
  readonly asksFor: readonly { readonly url: string; readonly publicKey: string | null }[];
  /** The flake's files, where the installed system could not fetch them; else null. */
  readonly tree: Tree | null;
}

/** nix failed: one clear sentence with the way out, and the raw text a key away. */
export interface NixFailure {
  readonly sentence: string;
  readonly raw: string;
  /** Memory ran out: with more of it, the same may go well. */
  readonly isOutOfMemory?: true;
}

/** The chosen host evaluated together with the generated module: what the review rests on. */
export interface Preflight {
  readonly findings: readonly Finding[];
  readonly toplevel: string | null;
  /** The wrapper's flake.lock: it goes into the plan, so that what was reviewed is what is installed. */
  readonly lock: string | null;
  readonly download: Bytes | null;
  readonly unpacked: Bytes | null;
  /** What the check after the erase needs of the host, where memory is too small to make it now. */
  readonly later?: EvaluatedHost | null;
}

export interface Finding {
  readonly level: "ok" | "warning" | "error";
  readonly sentence: string;
  readonly raw?: string;
}
