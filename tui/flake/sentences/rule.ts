/** What a rule may look at beside its match. */
interface Context {
  readonly raw: string;
  readonly body: string;
  /** "configuration.nix:5:3", or null. */
  readonly place: string | null;
}

export interface Rule {
  /** "anywhere" looks at all that nix wrote; else only at its last error. */
  readonly where?: "anywhere";
  readonly pattern: RegExp;
  /** Null lets the next rule try. */
  readonly sentence: (match: RegExpExecArray, context: Context) => string | null;
}

export const again = "Check the network, then try again.";

/** "cache.nixos.org" of a URL; the text itself where it is none. */
export const hostOf = (url: string) => /^\w[\w+.-]*:\/\/(?:[^@/]*@)?([^/:]+)/.exec(url)?.[1] ?? url;

export const builderFailed =
  /builder for '\/nix\/store\/[a-z0-9]{32}-([^']+)\.drv' failed (.+?);?\s*(?:\n|$)/;
