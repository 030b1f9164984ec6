import type { Rule } from "./rule.ts";

/** The flake itself: its files, its lock. */
export const flake: readonly Rule[] = [
  {
    pattern: /(?:path '([^']*)' does not contain a 'flake\.nix'|could not find a flake\.nix file)/,
    sentence: (_, { raw }) => {
      const path = /path '([^']*)' does not contain a 'flake\.nix'/.exec(raw)?.[1];
      return `There is no flake.nix${path ? ` in ${path}` : ""}. Give the directory or repository that holds one.`;
    },
  },
  {
    pattern: /path '\/nix\/store\/[^/']+-source\/(\S*?flake\.nix)' does not exist/,
    sentence: ([, file]) =>
      `The repository has no ${file}, or git does not track it yet. Run \`git add ${file}\`, or write the flake as path:DIRECTORY.`,
  },
  {
    pattern: /(?:path '\/*([^']+)' does not exist|getting status of '\/*([^']+)': No such file or directory)/,
    sentence: ([, missing, gone]) =>
      `There is no file or directory /${missing ?? gone}. Check the reference.`,
  },
  {
    pattern: /input '([^']+)' is unsupported|'([^']+)' is not a valid URL/,
    sentence: ([, input, url]) =>
      `${input ?? url} is no reference that nix understands. Write github:OWNER/REPOSITORY, git+https://…, git+ssh://…, https://….tar.gz or path:/….`,
  },
  {
    pattern: /flake '([^']+)' lacks attribute 'outputs'/,
    sentence: ([, flake]) => `flake.nix of ${flake} has no outputs. Give a flake with nixosConfigurations.`,
  },
  {
    pattern: /flake '([^']+)' has an unsupported attribute '([^']+)', at \S*?([^/]+:\d+:\d+)/,
    sentence: ([, , attribute, place]) =>
      `The flake has the unknown attribute ${attribute} at ${place}. Remove it, or move it into outputs.`,
  },
  {
    pattern: /flake '([^']+)' does not provide attribute .*'nixosConfigurations'/,
    sentence: ([, flake]) =>
      `${flake} has no nixosConfigurations: there is no NixOS host in it to install. Give another flake.`,
  },
  {
    pattern:
      /flake '([^']+)' does not provide attribute .*'nixosConfigurations\.(?:"([^"]+)"|([^.']+))[^']*'/,
    sentence: ([, , quoted, bare]) => `The flake has no host ${quoted ?? bare}. Choose one of its hosts.`,
  },
  {
    pattern: /expected flake output attribute '([^']+)' to be a derivation or path but found an? (.+)/,
    sentence: ([, attribute, found]) =>
      `${attribute} is no derivation but ${found}. Make the host with nixpkgs.lib.nixosSystem.`,
  },
  {
    pattern: /opening file '([^']+flake\.lock)': Read-only file system/,
    sentence: ([, file]) =>
      `The lock file ${file} cannot be written: its disk is read-only. Copy the flake to /root, and give that path.`,
  },
  {
    pattern: /flake '([^']+)' requires lock file changes/,
    sentence: ([, flake]) =>
      `The lock file of ${flake} does not fit its flake.nix. Run \`nix flake lock\` in it, then try again.`,
  },
  {
    pattern: /mismatch in field 'narHash' of input|NAR hash mismatch in input '([^']+)'/,
    sentence: ([, input]) =>
      `${input ? `The input ${input}` : "An input"} of the flake is no longer what its lock file says. Run \`nix flake update\` in the flake, then try again.`,
  },
  {
    pattern: /\[json\.exception\.parse_error[^\]]*\] parse error at line (\d+), column (\d+)/,
    sentence: ([, line, column]) =>
      `flake.lock is not valid JSON, at line ${line}, column ${column}. Run \`nix flake lock\` in the flake anew.`,
  },
];
