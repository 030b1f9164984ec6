import { plain } from "./errors.ts";

/** A line for people: what nix would have shown on a terminal. */
export interface NixMessage {
  readonly kind: "message" | "warning" | "error" | "build-log";
  readonly text: string;
}

/** A message of nix; null for those of its levels that tell of every single file. */
export function spoken({
  level = 0,
  msg = "",
}: {
  readonly level?: number;
  readonly msg?: string;
}): NixMessage | null {
  if (level > 3) return null;
  const text = plain(msg);
  if (/^error:/.test(text)) return { kind: "error", text };
  return { kind: /^warning:/.test(text) ? "warning" : "message", text };
}

/** What is said of a server that nix tries once more; null where a message tells of none. */
export function silentServer(text: string): string | null {
  const server = /unable to download '\w+:\/\/([^/']+).*; retrying (?:in|from)/.exec(text)?.[1];
  return server === undefined ? null : `${server} does not answer, trying again`;
}

/** nix's words for what it does before the first path, without file names that mean nothing to anybody. */
export function inShort(text: string): string {
  const lookup = /^downloading '\w+:\/\/([^/']+).*(?:\.narinfo|nix-cache-info)'$/.exec(text);
  if (lookup) return `asking ${lookup[1]} what it has`;
  if (/^copying '.*-source\/?' to the store$/.test(text)) return "copying the sources of the flake";
  return text;
}

/** "/nix/store/HASH-nginx-1.26.drv" → "nginx-1.26"; anything else is left as it is. */
export function nameOf(path: string): string {
  return path.replace(/^\/nix\/store\/[a-z0-9]{32}-/, "").replace(/\.drv$/, "");
}
