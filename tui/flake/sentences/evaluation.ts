import type { Rule } from "./rule.ts";

const at = (place: string | null) => (place ? ` at ${place}` : "");

/** What evaluation says. */
export const evaluation: readonly Rule[] = [
  {
    pattern: /syntax error, (.+)/,
    sentence: ([, what], { place }) =>
      `The flake has a syntax error${at(place)}: ${what}. Correct it, then try again.`,
  },
  {
    pattern: /Failed assertions?:\s*\n((?:\s*- .*(?:\n|$))+)/,
    sentence: ([, list]) =>
      `The host's own checks fail: ${list!
        .split("\n")
        .map((line) => line.trim().replace(/^- /, "").replace(/\.$/, ""))
        .filter(Boolean)
        .join("; ")}. Correct the configuration, then try again.`,
  },
  {
    pattern: /The option `([^']+)' does not exist/,
    sentence: ([, option], { raw, body }) => {
      const file = /- In `([^']+)'/.exec(body)?.[1]?.replace(/^.*\/nix\/store\/[^/]+\//, "");
      const meant = /Did you mean `([^']+)'/.exec(raw)?.[1];
      return `The option ${option} does not exist${file ? ` (set in ${file})` : ""}. ${meant ? `Did you mean ${meant}?` : "Correct the configuration, then try again."}`;
    },
  },
  {
    pattern: /A definition for option `([^']+)' is not of type `(.+?)'\. (?:Definition values|TypeError)/s,
    sentence: ([, option, type], { body }) => {
      const [, file, value] = /- In `([^']+)': *(.*)/.exec(body) ?? [];
      const where = file ? ` in ${file.replace(/^.*\/nix\/store\/[^/]+\//, "")}` : "";
      return `The option ${option} is ${value || "something else"}${where}, but must be ${type!.replace(/\s+/g, " ")}.`;
    },
  },
  {
    pattern: /The option `([^']+)' has conflicting definition values/,
    sentence: ([, option]) =>
      `The option ${option} is given two different values. Remove one of them, or give one with lib.mkForce.`,
  },
  {
    pattern: /The option `([^']+)' (?:is used but not defined|was accessed but has no value defined)/,
    sentence: ([, option]) => `The option ${option} has no value. Set it in the configuration.`,
  },
  {
    // nixpkgs marks the module as broken for kernels that this zfs does not know yet.
    pattern: /Package ‘zfs-kernel-([\d.]+)\S*?-(\d[\d.]+)[^’]*’ in .*? is marked as broken/s,
    sentence: ([, zfs, kernel]) =>
      `The kernel ${kernel} of the host is newer than its ZFS ${zfs} supports. Choose an older kernel, boot.kernelPackages = pkgs.linuxPackages for instance.`,
  },
  {
    pattern: /Package ‘([^’]+)’ in .*? (has an unfree license|is marked as (?:insecure|broken))/s,
    sentence: ([, name, why]) =>
      `The package ${name} ${why}, so nixpkgs refuses it. Allow it in the configuration, or remove it.`,
  },
  {
    pattern: /undefined variable '([^']+)'/,
    sentence: ([, name], { place }) =>
      `The variable ${name} is not defined${at(place)}. Correct it, then try again.`,
  },
  {
    pattern: /infinite recursion encountered/,
    sentence: (_, { place }) =>
      `The evaluation goes in a circle${at(place)}: a value depends on itself. Correct it, then try again.`,
  },
  {
    pattern: /attribute '([^']+)' missing/,
    sentence: ([, name], { place }) =>
      `The attribute ${name} is missing${at(place)}. Correct it, then try again.`,
  },
  {
    pattern: /cannot call 'getFlake' on unlocked flake reference '([^']+)'/,
    sentence: ([, reference]) =>
      `The flake reads ${reference} without a lock. Make it an input of the flake.`,
  },
];
