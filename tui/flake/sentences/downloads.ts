import { again, hostOf, type Rule } from "./rule.ts";

/** A download that failed, as nix told it. */
interface Failed {
  readonly url: string;
  readonly reason: string;
  /** Whether nix stopped at it; else it tried again, or went on without. */
  readonly isFinal: boolean;
}

/** Downloads that fail, of flakes and of caches: the one that nix stopped at is named, not the first that it grumbled about. */
export const downloads: readonly Rule[] = [
  {
    // What comes last then is only that some substitutes failed; the cause stands above.
    where: "anywhere",
    pattern: /unable to download '/,
    sentence: (_, { raw, body }) => {
      const isOwn = /unable to download|Failed to open archive/.test(body);
      if (!isOwn && !/some substitutes for/.test(body)) return null;
      const failed = decisive(failures(raw));
      if (!failed || (!isOwn && isSkipped(failed))) return null;
      const cache = cacheOf(failed.url);
      const reason = reasonOf(failed.reason);
      if (cache) return `The cache ${cache} ${reason} What was fetched is kept. ${again}`;
      return `${inputOf(raw)}${hostOf(failed.url)} ${reason} ${again}`;
    },
  },
];

/** In the order in which nix told them. */
function failures(raw: string): Failed[] {
  const told = /^(.*?)unable to download '([^']*)': (.+)$/gm;
  return [...raw.matchAll(told)].map(([, before = "", url = "", reason = ""]) => ({
    url,
    reason,
    isFinal: !/^\s*warning:/.test(before) && !/; retrying (?:in|from)/.test(reason),
  }));
}

/** A cache whose nix-cache-info cannot be had is done without: it is to blame where nothing else is. */
const isSkipped = ({ url }: Failed) => url.endsWith("/nix-cache-info");

function decisive(all: readonly Failed[]): Failed | undefined {
  return (
    all.findLast((one) => one.isFinal && !isSkipped(one)) ??
    all.findLast((one) => !isSkipped(one)) ??
    all.findLast(({ isFinal }) => isFinal) ??
    all.at(-1)
  );
}

/** The URL of the cache that a file belongs to; null where it belongs to none. */
function cacheOf(url: string): string | null {
  return /^(.+)\/(?:nar\/.+|[a-z0-9]{32}\.narinfo|nix-cache-info)$/.exec(url)?.[1] ?? null;
}

/** "The input nixpkgs (github:NixOS/nixpkgs) is missing: " when nix says which input it was fetching. */
function inputOf(raw: string): string {
  // The wrapper's own input is the flake that was given.
  const name = [...raw.matchAll(/while updating the flake input '(?:machines\/)?([^']+)'/g)].at(-1)?.[1];
  const source = [...raw.matchAll(/while fetching the input '([^']+)'/g)].at(-1)?.[1];
  if (name) return `The flake's input ${name}${source ? ` (${source})` : ""} cannot be fetched: `;
  return source ? `${source} cannot be fetched: ` : "";
}

function reasonOf(reason: string): string {
  if (/resolve/i.test(reason)) return "cannot be found: its name does not resolve.";
  if (/HTTP error 2\d\d|partial file|connection reset|recv failure/i.test(reason))
    return "broke off in the middle of a download.";
  if (/HTTP error (\d+)/.test(reason)) return `answers with ${/HTTP error \d+/.exec(reason)?.[0]}.`;
  if (/Could not connect|refused|Network is unreachable/i.test(reason)) return "cannot be reached.";
  if (/timed? ?out|timeout/i.test(reason)) return "does not answer.";
  if (/certificate|SSL/i.test(reason))
    return "has a certificate that is not trusted; check the clock of this machine.";
  return "cannot be read.";
}
