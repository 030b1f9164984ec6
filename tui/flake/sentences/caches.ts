import { again, type Rule } from "./rule.ts";

/** What binary caches do wrong in the middle of it. */
export const caches: readonly Rule[] = [
  {
    where: "anywhere",
    pattern: /failed to read compressed data|hash mismatch importing path '([^']+)'/,
    sentence: () =>
      "A downloaded file is damaged. Try again; if it stays so, the cache itself holds a damaged file.",
  },
  {
    pattern: /file '(nar\/[^']+)' does not exist in binary cache '([^']+)'/,
    sentence: ([, , cache]) =>
      `The cache ${cache} lists a file that it does not have. Use another cache, or renew this one.`,
  },
  {
    where: "anywhere",
    pattern: /some substitutes for the outputs of derivation/,
    sentence: () =>
      `A cache stopped to answer in the middle of the download. What was fetched is kept. ${again}`,
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
    pattern: /lacks a signature by a trusted key/,
    sentence: () => "A path is signed by no trusted key. Add the public key of the cache it comes from.",
  },
];
