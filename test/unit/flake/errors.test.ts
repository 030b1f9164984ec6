import { describe, expect, test } from "vitest";
import { sentenceOf } from "../../../tui/flake/errors.ts";

const gone = (cache: string) =>
  `warning: error: unable to download '${cache}/nix-cache-info': Could not resolve hostname (6); retrying in 276 ms\nwarning: unable to download '${cache}/nix-cache-info': Could not resolve hostname (6)`;
const copying = (path: string, cache: string) => `copying path '/nix/store/${path}' from '${cache}'...`;
const substitutes =
  "error: some substitutes for the outputs of derivation '/nix/store/a.drv' failed (usually happens due to networking issues); try '--fallback' to build derivation from source";

// [case, what nix 2.26 writes on stderr, what the user sees]
const recorded: readonly [string, string, string][] = [
  [
    "syntax",
    "error: syntax error, unexpected ';'\n       at /nix/store/0c5hxv9fpbv0y3v0sl1ydp7sd1mqkm1z-source/flake.nix:1:31:\n            1| { outputs = { self }: { a = ; }; }\n             |                               ^",
    "The flake has a syntax error at flake.nix:1:31: unexpected ';'. Correct it, then try again.",
  ],
  [
    "missing configuration",
    "error: flake 'path:/x' does not provide attribute 'packages.x86_64-linux.nixosConfigurations.demo.config.system.build.toplevel', 'legacyPackages.x86_64-linux.nixosConfigurations.demo.config.system.build.toplevel' or 'nixosConfigurations.demo.config.system.build.toplevel'",
    "The flake has no host demo. Choose one of its hosts.",
  ],
  [
    "missing configuration, quoted",
    "error: flake 'path:/x' does not provide attribute 'packages.x86_64-linux.nixosConfigurations.\"a.b\".config', 'legacyPackages.x86_64-linux.nixosConfigurations.\"a.b\".config' or 'nixosConfigurations.\"a.b\".config'",
    "The flake has no host a.b. Choose one of its hosts.",
  ],
  [
    "no nixosConfigurations",
    "error: flake 'path:/x' does not provide attribute 'packages.x86_64-linux.nixosConfigurations', 'legacyPackages.x86_64-linux.nixosConfigurations' or 'nixosConfigurations'",
    "path:/x has no nixosConfigurations: there is no NixOS host in it to install. Give another flake.",
  ],
  [
    "no outputs",
    "error: flake 'path:/x' lacks attribute 'outputs'",
    "flake.nix of path:/x has no outputs. Give a flake with nixosConfigurations.",
  ],
  [
    "unknown top attribute",
    "error: flake 'path:/x' has an unsupported attribute 'foo', at /nix/store/0c5hxv9fpbv0y3v0sl1ydp7sd1mqkm1z-source/flake.nix:1:3",
    "The flake has the unknown attribute foo at flake.nix:1:3. Remove it, or move it into outputs.",
  ],
  [
    "throw",
    "error:\n       … while evaluating the attribute 'config'\n         at /nix/store/a-source/flake.nix:3:5:\n       … while calling the 'throw' builtin\n         at /nix/store/a-source/c.nix:3:5:\n\n       error: my assertion text",
    "The flake itself stops with: my assertion text",
  ],
  [
    "undefined variable",
    "error: undefined variable 'bogus'\n       at /nix/store/a-source/hosts/web1.nix:7:12:\n            7|   x = bogus;",
    "The variable bogus is not defined at hosts/web1.nix:7:12. Correct it, then try again.",
  ],
  [
    "recursion",
    "error: infinite recursion encountered\n       at /nix/store/a-source/flake.nix:2:1:",
    "The evaluation goes in a circle at flake.nix:2:1: a value depends on itself. Correct it, then try again.",
  ],
  [
    "attribute missing",
    "error: attribute 'nope' missing\n       at /nix/store/a-source/flake.nix:2:1:\n",
    "The attribute nope is missing at flake.nix:2:1. Correct it, then try again.",
  ],
  [
    "wrong system",
    "these 7 derivations will be built:\n  /nix/store/a.drv\nerror: a 'aarch64-linux' with features {} is required to build '/nix/store/a.drv', but I am a 'x86_64-linux' with features {benchmark, big-parallel, kvm, nixos-test, uid-range}",
    "The host is made for aarch64-linux, this machine is x86_64-linux. Choose another host.",
  ],
  [
    "no derivation",
    "error: expected flake output attribute 'nixosConfigurations.demo.config.system.build.toplevel' to be a derivation or path but found an integer: 42",
    "nixosConfigurations.demo.config.system.build.toplevel is no derivation but integer: 42. Make the host with nixpkgs.lib.nixosSystem.",
  ],
  [
    "build fails",
    "error: builder for '/nix/store/0c5hxv9fpbv0y3v0sl1ydp7sd1mqkm1z-initrd.drv' failed with exit code 3;\n       last 2 log lines:\n       > one\n       > no such module: zfs\n       For full logs, run:\n         nix log /nix/store/0c5hxv9fpbv0y3v0sl1ydp7sd1mqkm1z-initrd.drv",
    "Building initrd failed with exit code 3: no such module: zfs. The log has all it said.",
  ],
  [
    "unknown option",
    "error: The option `services.nope' does not exist. Definition values:\n       - In `/nix/store/a-source/configuration.nix': true\n\n       Did you mean `services.openssh'?",
    "The option services.nope does not exist (set in configuration.nix). Did you mean services.openssh?",
  ],
  [
    "option type",
    "error: A definition for option `networking.hostId' is not of type `null or string matching the pattern [0-9a-f]{8}'. Definition values:\n       - In `/nix/store/a-source/configuration.nix': \"xyz\"",
    'The option networking.hostId is "xyz" in configuration.nix, but must be null or string matching the pattern [0-9a-f]{8}.',
  ],
  [
    "conflict",
    'error: The option `networking.hostName\' has conflicting definition values:\n       - In `a\': "a"\n       - In `b\': "b"\n       Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.',
    "The option networking.hostName is given two different values. Remove one of them, or give one with lib.mkForce.",
  ],
  [
    "assertion",
    "error:\n       … while calling the 'throw' builtin\n       error:\n       Failed assertions:\n       - ZFS requires networking.hostId to be set",
    "The host's own checks fail: ZFS requires networking.hostId to be set. Correct the configuration, then try again.",
  ],
  [
    "github input, no network",
    "error:\n       … while updating the lock file of flake 'path:/x'\n       … while updating the flake input 'nixpkgs'\n       … while fetching the input 'github:NixOS/nixpkgs/nixos-25.05'\n       error: unable to download 'https://api.github.com/repos/NixOS/nixpkgs/commits/nixos-25.05': Could not resolve hostname (6) Could not resolve host: api.github.com",
    "The flake's input nixpkgs (github:NixOS/nixpkgs/nixos-25.05) cannot be fetched: api.github.com cannot be found: its name does not resolve. Check the network, then try again.",
  ],
  [
    "private or missing repository",
    "error:\n       … while fetching the input 'github:a/b'\n       error: unable to download 'https://api.github.com/repos/a/b/commits/HEAD': HTTP error 404",
    "GitHub shows no repository a/b, or not that branch: it does not exist, or it is private. Check the reference, or give an access token.",
  ],
  [
    "registry",
    "error: unable to download 'https://channels.nixos.org/flake-registry.json': Could not resolve hostname (6) Could not resolve host: channels.nixos.org",
    "The flake or one of its inputs is given by a short name, and nix's registry of names cannot be downloaded. Write the full reference, such as github:NixOS/nixpkgs.",
  ],
  [
    "tarball refused",
    "error: Failed to open archive (Source threw exception: error: unable to download 'http://10.0.2.2:1/demo.tar.gz': Could not connect to server (7) Failed to connect to 10.0.2.2 port 1)",
    "10.0.2.2 cannot be reached. Check the network, then try again.",
  ],
  [
    "tarball missing",
    "error: Failed to open archive (Source threw exception: error: unable to download 'http://10.0.2.2:80/demo.tar.gz': HTTP error 404)",
    "There is nothing at http://10.0.2.2:80/demo.tar.gz. Check the address.",
  ],
  [
    "git+ssh unreachable",
    "ssh: connect to host 192.0.2.1 port 22: Network is unreachable\nfatal: Could not read from remote repository.\nerror: resolving Git reference 'master': revspec 'master' not found",
    "The git server 192.0.2.1 cannot be reached by ssh: network is unreachable. Check the network, then try again.",
  ],
  [
    "git+ssh host key",
    "Host key verification failed.\nfatal: Could not read from remote repository.\nerror: resolving Git reference 'master': revspec 'master' not found",
    "The ssh host key of the git server is not known here. Confirm it on the screen, or name it in flake.sshHostKeys of an answer file.",
  ],
  [
    "git+ssh key refused",
    "git@github.com: Permission denied (publickey).\r\nfatal: Could not read from remote repository.\nerror: …",
    "The git server github.com refuses the ssh key, or there is none. Give one that may read the repository, on the screen or by flake.sshKey of an answer file.",
  ],
  [
    "private on a forge of one's own",
    "error: unable to download 'https://git.example.org/api/v3/repos/a/b/commits/HEAD': HTTP error 404",
    "git.example.org shows no such repository, or not that branch: it does not exist, or it is private. Check the reference, or give an access token.",
  ],
  [
    "git branch",
    "error: resolving Git reference 'master': revspec 'master' not found",
    "The git repository has no branch or tag master, or it cannot be read. Check the reference.",
  ],
  [
    "path input missing",
    "error: path '//spike/nonexistent' does not exist",
    "There is no file or directory /spike/nonexistent. Check the reference.",
  ],
  [
    "no flake.nix",
    "path '/root/x' does not contain a 'flake.nix', searching up\nerror: could not find a flake.nix file",
    "There is no flake.nix in /root/x. Give the directory or repository that holds one.",
  ],
  [
    "no such directory",
    "error: getting status of '/root/nope': No such file or directory",
    "There is no file or directory /root/nope. Check the reference.",
  ],
  [
    "bad URL",
    "error: input 'foo://bar' is unsupported",
    "foo://bar is no reference that nix understands. Write github:OWNER/REPOSITORY, git+https://…, git+ssh://…, https://….tar.gz or path:/….",
  ],
  [
    "git, flake.nix untracked",
    "warning: Git tree '/root/x' is dirty\nerror: path '/nix/store/0c5hxv9fpbv0y3v0sl1ydp7sd1mqkm1z-source/flake.nix' does not exist",
    "The repository has no flake.nix, or git does not track it yet. Run `git add flake.nix`, or write the flake as path:DIRECTORY.",
  ],
  [
    "git, other owner",
    "error: opening Git repository \"/media/stick/infra\": repository path '/media/stick/infra' is not owned by current user",
    "The git repository /media/stick/infra belongs to another user, so git does not trust it. Write it as path:/media/stick/infra.",
  ],
  [
    "no lock, read-only",
    "error: opening file '/media/cd/flake.lock': Read-only file system",
    "The lock file /media/cd/flake.lock cannot be written: its disk is read-only. Copy the flake to /root, and give that path.",
  ],
  [
    "lock changes refused",
    "error: flake 'path:/x' requires lock file changes but they're not allowed due to '--no-update-lock-file'",
    "The lock file of path:/x does not fit its flake.nix. Run `nix flake lock` in it, then try again.",
  ],
  [
    "lock hash",
    'error: mismatch in field \'narHash\' of input \'{"type":"path"}\', got \'{"type":"path"}\'',
    "An input of the flake is no longer what its lock file says. Run `nix flake update` in the flake, then try again.",
  ],
  [
    "lock no JSON",
    "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error",
    "flake.lock is not valid JSON, at line 1, column 4. Run `nix flake lock` in the flake anew.",
  ],
  [
    "getFlake",
    "error: cannot call 'getFlake' on unlocked flake reference 'path:/x', at «string»:1:2 (use --impure to override)",
    "The flake reads path:/x without a lock. Make it an input of the flake.",
  ],
  [
    "no builds allowed",
    "error:\n       Unable to start any build;\n       either increase '--max-jobs' or enable remote builds.",
    "Something is in no cache and must not be built here. Check that the cache is reachable and its key is the right one.",
  ],
  [
    "malformed key",
    "error: public key is not valid",
    "The public key of a cache is not valid. It has the form NAME:KEY, as the cache's owner publishes it.",
  ],
  [
    "server lost midway",
    "warning: error: unable to download 'http://10.1.1.1/nar/1k.nar.zst': HTTP error 500; retrying in 296 ms\nerror: unable to download 'http://10.1.1.1/nar/1k.nar.zst': HTTP error 500\nerror: some substitutes for the outputs of derivation '/nix/store/a.drv' failed (usually happens due to networking issues); try '--fallback' to build derivation from source",
    "The cache http://10.1.1.1 answers with HTTP error 500. What was fetched is kept. Check the network, then try again.",
  ],
  [
    "server gone midway",
    "error: unable to download 'http://10.1.1.1/nar/1k.nar.zst': HTTP error 200 (curl error: Transferred a partial file)\nerror: some substitutes for the outputs of derivation '/nix/store/a.drv' failed (usually happens due to networking issues); try '--fallback' to build derivation from source",
    "The cache http://10.1.1.1 broke off in the middle of a download. What was fetched is kept. Check the network, then try again.",
  ],
  [
    "nar missing",
    "error: file 'nar/1k.nar.zst' does not exist in binary cache 'http://10.1.1.1'",
    "The cache http://10.1.1.1 lists a file that it does not have. Use another cache, or renew this one.",
  ],
  [
    "corrupt nar",
    "error: failed to read compressed data (Truncated zstd input)\nerror: some substitutes for the outputs of derivation '/nix/store/a.drv' failed (usually happens due to networking issues); try '--fallback' to build derivation from source",
    "A file from a cache is damaged. Try again; if it stays so, the cache itself holds a damaged file.",
  ],
  [
    "unsigned path",
    "error: cannot add path '/nix/store/a' because it lacks a signature by a trusted key",
    "A path from a cache is signed by no trusted key. Add the public key of that cache.",
  ],
  [
    "target full",
    "error:\n       … while evaluating 'a'\n       error: writing to file: No space left on device",
    "There is no space left where nix writes to: the pool when installing, memory before that. Choose larger disks, or a smaller system.",
  ],
  ...["writing to file: Disk quota exceeded", "executing SQLite statement 'x': database or disk is full"].map(
    (error): [string, string, string] => [
      error,
      `error: ${error}`,
      "There is no space left where nix writes to: the pool when installing, memory before that. Choose larger disks, or a smaller system.",
    ],
  ),
  [
    "target full in the middle of a download",
    "error: writing to file: No space left on device\nerror: some substitutes for the outputs of derivation '/nix/store/a.drv' failed (usually happens due to networking issues); try '--fallback' to build derivation from source\nerror: 1 dependencies of derivation '/nix/store/b.drv' failed to build",
    "There is no space left where nix writes to: the pool when installing, memory before that. Choose larger disks, or a smaller system.",
  ],
  [
    "cache gone, and its path cannot be built",
    "warning: unable to download 'http://127.0.0.1:9/cache/nix-cache-info': Could not connect\nerror: builder for '/nix/store/w5nrnlk4hpfysc8k0vxdy8y35m5wa7kn-busybox.drv' failed with exit code 1\nerror: 1 dependencies of derivation '/nix/store/x5w6hci76y47pmbvrxis2p2d02y8wmrq-nixos.drv' failed to build\n  > unable to download",
    "The cache http://127.0.0.1:9/cache cannot be reached, and building busybox here instead failed. Check the network, then try again.",
  ],
  [
    "cache unsigned, and its path cannot be built",
    "warning: ignoring substitute for '/nix/store/a' from 'http://c', as it's not signed by any of the keys\nerror: builder for '/nix/store/w5nrnlk4hpfysc8k0vxdy8y35m5wa7kn-busybox.drv' failed with exit code 1",
    "What the cache http://c offers is signed by no trusted key, and building busybox here instead failed. Give the cache's public key.",
  ],
  [
    "several caches gone",
    `${gone("https://cache.nixos.org")}\n${gone("http://10.1.1.1/cache")}\nerror: builder for '/nix/store/w5nrnlk4hpfysc8k0vxdy8y35m5wa7kn-busybox.drv' failed with exit code 1`,
    "The caches https://cache.nixos.org, http://10.1.1.1/cache cannot be reached, and building busybox here instead failed. Check the network, then try again.",
  ],
  ["interrupted", "error: interrupted by the user", "nix was stopped. What was fetched is kept."],
  [
    "no build users",
    "error: the group 'nixbld' specified in 'build-users-group' does not exist",
    "nix cannot build in this system: the group 'nixbld' specified in 'build-users-group' does not exist. This is a bug in nix-dabei.",
  ],
  [
    "rootfs",
    "error:\n       … while setting up the build environment\n       error: cannot pivot old root directory onto '/mnt/nix/store/a.drv.chroot/root/real-root': Invalid argument",
    "nix cannot build in this system: cannot pivot old root directory onto '/mnt/nix/store/a.drv.chroot/root/real-root': Invalid argument. This is a bug in nix-dabei.",
  ],
  ["anything else", "warning: x\nerror: the moon is\n full", "nix stops with: the moon is"],
  ["nothing", "", "nix failed without a word. Look at the log."],
];

describe("sentenceOf", () => {
  test.each(recorded)("%s", (_name, stderr, sentence) => {
    expect(sentenceOf(stderr).sentence).toBe(sentence);
  });

  test("takes colours away", () => {
    const failure = sentenceOf("\u001b[31;1merror:\u001b[0m undefined variable '\u001b[35;1mbogus\u001b[0m'");
    expect(failure).toEqual({
      sentence: "The variable bogus is not defined. Correct it, then try again.",
      raw: "error: undefined variable 'bogus'",
    });
  });

  // A cache that nix does without is never the cause where another one fails in the middle.
  test.each([
    [
      "breaks off",
      "warning: error: unable to download 'http://10.0.2.2:8080/cache/nar/1k.nar.zst': HTTP error 200 (curl error: Transferred a partial file); retrying in 276 ms\nerror: unable to download 'http://10.0.2.2:8080/cache/nar/1k.nar.zst': HTTP error 200 (curl error: Transferred a partial file)",
      "The cache http://10.0.2.2:8080/cache broke off in the middle of a download. What was fetched is kept. Check the network, then try again.",
    ],
    [
      "is gone before the last retry",
      "warning: error: unable to download 'http://10.0.2.2:8080/cache/nar/1k.nar.zst': Could not connect to server (7); retrying in 276 ms",
      "The cache http://10.0.2.2:8080/cache cannot be reached. What was fetched is kept. Check the network, then try again.",
    ],
    [
      "sends damaged files",
      `${copying("a", "http://10.0.2.2:8080/cache")}\nerror: failed to read compressed data (Truncated zstd input)`,
      "A file from the cache http://10.0.2.2:8080/cache is damaged. Try again; if it stays so, the cache itself holds a damaged file.",
    ],
    [
      "sends other files than it promised",
      `${copying("b", "http://10.0.2.2:1")}\n${copying("a", "http://10.0.2.2:8080/cache")}\nerror: hash mismatch importing path '/nix/store/a';`,
      "A file from the cache http://10.0.2.2:8080/cache is damaged. Try again; if it stays so, the cache itself holds a damaged file.",
    ],
    [
      "says nothing",
      copying("a", "http://10.0.2.2:8080/cache"),
      "The cache http://10.0.2.2:8080/cache stopped to answer in the middle of the download. What was fetched is kept. Check the network, then try again.",
    ],
    [
      "or one of two",
      `${copying("a", "http://10.0.2.2:8080/cache")}\n${copying("b", "http://10.0.2.2:1")}\nerror: failed to read compressed data (Truncated zstd input)`,
      "A file from one of the caches http://10.0.2.2:8080/cache, http://10.0.2.2:1 is damaged. Try again; if it stays so, the cache itself holds a damaged file.",
    ],
  ])("cache.nixos.org is gone, and the named one %s", (_name, words, sentence) => {
    expect(sentenceOf(`${gone("https://cache.nixos.org")}\n${words}\n${substitutes}`).sentence).toBe(
      sentence,
    );
  });

  test("a cache that was only warned of is not the cause", () => {
    const stderr =
      "warning: error: unable to download 'http://10.1.1.1:8080/nix-cache-info': Could not connect to server (7); retrying in 276 ms\nwarning: unable to download 'http://10.1.1.1:8080/nix-cache-info': Could not connect\nerror: undefined variable 'bogus'";
    expect(sentenceOf(stderr).sentence).toMatch(/^The variable bogus/);
  });
});
