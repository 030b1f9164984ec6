/** The words in which image/packages.ts and image/modules.ts say what goes into the image. */

/** A Debian package that is asked for by name; its dependencies follow from apt. */
export interface Seed {
  readonly name: string;
  /** Why it is in the image: the answer of `scripts/sizes` to "why is this in there?". */
  readonly why: string;
  /**
   * Paths kept of it and of the packages it pulls in, without a leading slash, as unpacked under a merged /usr.
   * A trailing "/" keeps the directory with everything in it; `*` stands for any characters but "/".
   * A path that matches nothing is an error. Shared libraries follow from the ELF NEEDED entries of what is kept.
   */
  readonly keep: readonly string[];
}

/** Kernel modules that serve one purpose. Their dependencies (modules.dep) and firmware (modinfo) follow. */
export interface ModuleGroup {
  readonly purpose: string;
  /** Names as modprobe knows them, with "_" for "-". */
  readonly modules: readonly string[];
}
