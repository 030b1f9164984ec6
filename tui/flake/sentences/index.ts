import { building } from "./building.ts";
import { caches } from "./caches.ts";
import { downloads } from "./downloads.ts";
import { evaluation } from "./evaluation.ts";
import { flake } from "./flake.ts";
import type { Rule } from "./rule.ts";
import { sources } from "./sources.ts";

/** Told by exact texts of nix 2.26 and 2.28; the first rule that fits wins, so the special come before the general. */
export const rules: readonly Rule[] = [
  // What follows it looks like a fault of the cache.
  {
    where: "anywhere",
    pattern: /error:.*(?:No space left on device|Disk quota exceeded|database or disk is full)/,
    sentence: () =>
      "There is no space left where nix writes to: the pool when installing, memory before that. Choose larger disks, or a smaller system.",
  },
  ...sources,
  ...downloads,
  ...caches,
  ...flake,
  ...evaluation,
  ...building,
];
