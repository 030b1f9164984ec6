/** What the installed machine gets beside its flake. */
export interface SystemChoices {
  /** Null leaves the flake's own host name. */
  readonly hostname: string | null;
  /** Eight hexadecimal digits: the flake's own, or a new one. The pool is made under it. */
  readonly hostId: string;
  /** For root of the installed system, as in authorized_keys. */
  readonly authorizedKeys: readonly string[];
  readonly hostKeys: HostKeysChoice;
  readonly files: readonly ExtraFile[];
  /** Run once when the installed system has started: a text for the shell, or a program with its arguments. */
  readonly firstBoot: string | readonly string[] | null;
}

/** ssh host keys: those of the running system, new ones, or private keys by their names in the secrets directory. */
export type HostKeysChoice = "keep" | "new" | { readonly given: readonly string[] };

/** A file of the installed system. */
export interface ExtraFile {
  /** Absolute, as the installed system sees it. */
  readonly path: string;
  readonly content: FileContent;
  /** Names are looked up in the installed system. */
  readonly owner: string | number;
  readonly group: string | number;
  /** Octal digits: "0644". */
  readonly mode: string;
}

/** A secret one is told by its name in the secrets directory. */
export type FileContent =
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly secret: string };

/** Nothing decided. A host key that the running system has is kept: whoever has seen its fingerprint knows the new system by it. */
export const noSystem: SystemChoices = {
  hostname: null,
  hostId: "",
  authorizedKeys: [],
  hostKeys: "keep",
  files: [],
  firstBoot: null,
};
