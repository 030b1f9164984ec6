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

const at = (place: string | null) => (place ? ` at ${place}` : "");
const hostOf = (url: string) => /^\w[\w+.-]*:\/\/(?:[^@/]*@)?([^/:]+)/.exec(url)?.[1] ?? url;
const builderFailed = /builder for '\/nix\/store\/[a-z0-9]{32}-([^']+)\.drv' failed (.+?);?\s*(?:\n|$)/;
const builtIn = (body: string) => builderFailed.exec(body);
const again = "Check the network, then try again.";

/** Told by exact texts of nix 2.26 and 2.28; the first rule that fits wins, so the special come before the general. */
export const rules: readonly Rule[] = [
  // What follows it looks like a fault of the cache.
  {
    where: "anywhere",
    pattern: /error:.*No space left on device/,
    sentence: () =>
      "There is no space left where nix writes to: the pool when installing, memory before that. Choose larger disks, or a smaller system.",
  },
  // Where things come from.
  {
    where: "anywhere",
    pattern: /ssh: (?:connect to host (\S+) port \d+|Could not resolve hostname (\S+?)): (.+)/,
    sentence: ([, host, unresolved, reason]) =>
      `The git server ${host ?? unresolved} cannot be reached by ssh: ${reason?.trim().replace(/\.$/, "").toLowerCase()}. ${again}`,
  },
  {
    where: "anywhere",
    pattern: /Host key verification failed/,
    sentence: () =>
      "The git server's ssh host key is not known here. Connect to it once with ssh in a shell and confirm its fingerprint.",
  },
  {
    where: "anywhere",
    pattern: /Permission denied \(publickey/,
    sentence: () =>
      "The git server refuses the ssh key, or there is none. Put a key that may read the repository into /root/.ssh.",
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
    pattern: /unable to download '([^']*)': HTTP error 40[13]/,
    sentence: ([, url]) =>
      `${hostOf(url!)} refuses access to ${url}. Check the address, or give an access token.`,
  },
  {
    pattern: /unable to download '([^']*)': HTTP error 404/,
    sentence: ([, url]) => `There is nothing at ${url}. Check the address.`,
  },
  {
    // What comes last then is only that some substitutes failed; the cause stands above.
    where: "anywhere",
    pattern: /(?:^|\n|: |\()[ \t]*error: unable to download '([^']*)': (.+)/,
    sentence: ([, url, reason], { raw, body }) =>
      /unable to download|some substitutes for|Failed to open archive/.test(body)
        ? `${inputOf(raw)}${hostOf(url!)} ${reasonOf(reason!)} ${again}`
        : null,
  },
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
  // The flake itself.
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
  // What evaluation says.
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
  // Building.
  {
    pattern: /a '([^']+)' with features \{.*?\} is required to build '[^']*', but I am a '([^']+)'/,
    sentence: ([, needed, own]) =>
      `The host is made for ${needed}, this machine is ${own}. Choose another host.`,
  },
  {
    where: "anywhere",
    pattern: /unable to download '(\w+:\/\/[^']+?)\/nix-cache-info'/,
    sentence: ([, cache], { body }) => {
      const name = builtIn(body)?.[1];
      return name
        ? `The cache ${cache} cannot be reached, and building ${name} here instead failed. ${again}`
        : null;
    },
  },
  {
    where: "anywhere",
    pattern: /ignoring substitute for '[^']*' from '([^']*)', as it's not signed/,
    sentence: ([, cache], { body }) => {
      const name = builtIn(body)?.[1];
      return name
        ? `What the cache ${cache} offers is signed by no trusted key, and building ${name} here instead failed. Give the cache's public key.`
        : null;
    },
  },
  {
    pattern: builderFailed,
    sentence: ([, name, how], { body }) => {
      const last = [...body.matchAll(/^\s*> (.*)$/gm)].at(-1)?.[1]?.trim();
      return `Building ${name} ${how!.replace(/^with/, "failed with")}${last ? `: ${last}` : ""}. The log has all it said.`;
    },
  },
  {
    pattern: /cannot allocate memory|out of memory|std::bad_alloc/i,
    sentence: () => "The memory ran out. Give the machine more memory, or add swap.",
  },
  {
    pattern: /interrupted by the user/,
    sentence: () => "nix was stopped. What was fetched is kept.",
  },
  // nix in a place where it cannot build: a fault of the image, told so that it can be reported.
  {
    pattern:
      /cannot pivot old root directory|user namespaces are not enabled|opening pseudoterminal master|specified in 'build-users-group' does not exist/,
    sentence: (_, { body }) =>
      `nix cannot build in this system: ${body.split("\n").at(-1)?.trim()}. This is a bug in nix-dabei.`,
  },
  {
    where: "anywhere",
    pattern: /while calling the 'throw' builtin/,
    sentence: (_, { body }) => `The flake itself stops with: ${body.split("\n")[0]?.trim()}`,
  },
];

/** "The input nixpkgs (github:NixOS/nixpkgs) is missing: " when nix says which input it was fetching. */
function inputOf(raw: string): string {
  const name = [...raw.matchAll(/while updating the flake input '([^']+)'/g)].at(-1)?.[1];
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
