import { again, type Rule } from "./rule.ts";

/** What binary caches do wrong in the middle of it. */
export const caches: readonly Rule[] = [
  {
    where: "anywhere",
    pattern: /failed to read compressed data|hash mismatch importing path '([^']+)'/,
    sentence: ([, path], { raw }) =>
      `A file from ${copiedFrom(raw, path)} is damaged. Try again; if it stays so, the cache itself holds a damaged file.`,
  },
  {
    pattern: /file '(nar\/[^']+)' does not exist in binary cache '([^']+)'/,
    sentence: ([, , cache]) =>
      `The cache ${cache} lists a file that it does not have. Use another cache, or renew this one.`,
  },
  {
    where: "anywhere",
    pattern: /some substitutes for the outputs of derivation/,
    sentence: (_, { raw }) => {
      const cache = copiedFrom(raw);
      return `${cache.charAt(0).toUpperCase()}${cache.slice(1)} stopped to answer in the middle of the download. What was fetched is kept. ${again}`;
    },
  },
  {
    pattern: /public key is not valid|key is corrupt/,
    sentence: () =>
      "The public key of a cache is not valid. It has the form NAME:KEY, as the cache's owner publishes it.",
  },
  {
    pattern: /Unable to start any build/,
    sentence: () =>
      "Something is in no cache and must not be built here. Check that the cache is reachable and its key is the right one.",
  },
  {
    pattern: /cannot add path '([^']+)' because it lacks a signature by a trusted key/,
    sentence: ([, path], { raw }) =>
      `A path from ${copiedFrom(raw, path)} is signed by no trusted key. Add the public key of that cache.`,
  },
];

/** Where nix was copying a path from, by what it told before; "a cache" where it told nothing. */
function copiedFrom(raw: string, path?: string): string {
  const told = [...raw.matchAll(/copying path '([^']+)' from '([^']+)'/g)];
  const ofPath = told.filter(([, copied]) => copied === path);
  const urls = [...new Set((ofPath.length > 0 ? ofPath : told).flatMap(([, , url]) => url ?? []))];
  if (urls.length === 0) return "a cache";
  return urls.length === 1 ? `the cache ${urls[0]}` : `one of the caches ${urls.join(", ")}`;
}
