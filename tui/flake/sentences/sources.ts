import { again, hostOf, type Rule } from "./rule.ts";

/** Where flakes and paths come from: git, ssh, web servers. */
export const sources: readonly Rule[] = [
  {
    where: "anywhere",
    pattern: /ssh: (?:connect to host (\S+) port \d+|Could not resolve hostname (\S+?)): (.+)/,
    sentence: ([, host, unresolved, reason]) =>
      `The git server ${host ?? unresolved} cannot be reached by ssh: ${reason?.trim().replace(/\.$/, "").toLowerCase()}. ${again}`,
  },
  {
    where: "anywhere",
    pattern: /Host key for (\S+) has changed and you have requested strict checking/,
    sentence: ([, server]) =>
      `The git server ${server} shows another ssh host key than the one that is known: it may be another server. If its owner says that it was changed, take the old one out of known_hosts.`,
  },
  {
    where: "anywhere",
    pattern: /(?:No \S+ host key is known for (\S+) and you have requested|Host key verification failed)/,
    sentence: ([, server]) =>
      `The ssh host key of the git server${server ? ` ${server}` : ""} is not known here. Confirm it on the screen, or name it in flake.sshHostKeys of an answer file.`,
  },
  {
    where: "anywhere",
    pattern: /(?:^(?:[^\s@:]+@)?([^\s:]+): )?Permission denied \(publickey/m,
    sentence: ([, server]) =>
      `The git server${server ? ` ${server}` : ""} refuses the ssh key, or there is none. Give one that may read the repository, on the screen or by flake.sshKey of an answer file.`,
  },
  {
    where: "anywhere",
    pattern:
      /fatal: Could not read from remote repository|fatal: (?:repository '([^']+)' not found|could not read Username)/,
    sentence: ([, url]) =>
      `The git repository${url ? ` ${url}` : ""} cannot be read: it does not exist, or it asks for a login. Check the reference and the access to it.`,
  },
  {
    where: "anywhere",
    pattern: /repository path '([^']+)' is not owned by current user/,
    sentence: ([, path]) =>
      `The git repository ${path} belongs to another user, so git does not trust it. Write it as path:${path!.replace(/\/(?:\.git\/?)?$/, "")}.`,
  },
  {
    pattern: /(?:resolving Git reference|revspec) '([^']+)'/,
    sentence: ([, name]) =>
      `The git repository has no branch or tag ${name}, or it cannot be read. Check the reference.`,
  },
  {
    pattern: /unable to download '[^']*flake-registry\.json'/,
    sentence: () =>
      "The flake or one of its inputs is given by a short name, and nix's registry of names cannot be downloaded. Write the full reference, such as github:NixOS/nixpkgs.",
  },
  {
    pattern:
      /unable to download '(https:\/\/api\.github\.com\/repos\/([^/']+\/[^/']+)[^']*)': HTTP error (404|401)/,
    sentence: ([, , repository]) =>
      `GitHub shows no repository ${repository}, or not that branch: it does not exist, or it is private. Check the reference, or give an access token.`,
  },
  {
    pattern:
      /unable to download 'https?:\/\/([^/']+)\/api\/v[34]\/(?:repos|projects)\/[^']*': HTTP error (?:404|401)/,
    sentence: ([, host]) =>
      `${host} shows no such repository, or not that branch: it does not exist, or it is private. Check the reference, or give an access token.`,
  },
  {
    pattern: /unable to download '([^']*)': HTTP error 40[13]/,
    sentence: ([, url]) =>
      `${hostOf(url!)} refuses access to ${url}. Check the address, or give an access token.`,
  },
  {
    pattern: /unable to download '([^']*)': HTTP error 404/,
    sentence: ([, url]) => `There is nothing at ${url}. Check the address.`,
  },
];
