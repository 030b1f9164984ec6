/** How far a deployment has come, as this workstation remembers it between two runs. A plain JSON value. */
export interface Memory {
  /**
   * new: nothing was done. starting: the old system said that it boots our image. image: our image was seen.
   * installing: an installation was seen in it. installed: that has ended well. done: the installed system has answered.
   */
  readonly phase: "new" | "starting" | "image" | "installing" | "installed" | "done";
  /** boot_id of the system that was there first; null before it was seen. */
  readonly oldBoot: string | null;
  /** Public host keys ("ssh-ed25519 AAAA…") that our image must show, and the installed system may. */
  readonly hostKeys: readonly string[];
  /** Fingerprint of the key that the system before our image shows, which need not be one of them; null before it was asked. */
  readonly oldKey: string | null;
  /** Fingerprints ("SHA256:…") that the installed system has, as the installation told; empty where it makes its own. */
  readonly installedKeys: readonly string[];
  /** Host name of what is installed; empty before that is known. */
  readonly hostname: string;
  /** Whether answers went along with the image, so that it begins by itself. */
  readonly handedAnswers: boolean;
}

export const nothingYet: Memory = {
  phase: "new",
  oldBoot: null,
  hostKeys: [],
  oldKey: null,
  installedKeys: [],
  hostname: "",
  handedAnswers: false,
};

/** What `dabei status --json` says, as far as it matters from afar. */
export interface ImageStatus {
  readonly state: "idle" | "running" | "finished" | "failed" | "interrupted";
  readonly hostname: string;
  readonly failure: { readonly sentence: string; readonly log: string } | null;
  readonly result: { readonly hostKeys: readonly string[] } | null;
}

/** What one look at the machine tells. */
export type Seen =
  /** No answer: refused, no route, a timeout. */
  | { readonly is: "silent"; readonly reason: string }
  /** Somebody answers with another host key than the pinned ones. Nothing was sent there. */
  | { readonly is: "stranger"; readonly fingerprint: string }
  /** The right host key, and nobody of us may log in. */
  | { readonly is: "closed"; readonly reason: string }
  | Linux
  | {
      readonly is: "image";
      readonly boot: string;
      readonly hostKeys: readonly string[];
      readonly status: ImageStatus;
      /** Whether an installation by answers is at work there, or was. */
      readonly unattended: "none" | "running" | "ended";
    };

/** A Linux that is not our image: the rescue system, or the installed one. */
export interface Linux {
  readonly is: "linux";
  readonly boot: string;
  readonly name: string;
  readonly architecture: string;
  /** How commands become root's: nothing, or sudo and doas with their arguments; null where there is no way. */
  readonly asRoot: readonly string[] | null;
  readonly hostKeys: readonly string[];
  /** Whether nix-dabei has installed it, at some time. */
  readonly isInstalled: boolean;
  /** Where the image's files may lie, and how many bytes are free there; null where none has room. */
  readonly room: { readonly directory: string; readonly free: number } | null;
}
