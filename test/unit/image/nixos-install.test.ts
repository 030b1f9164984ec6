import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../../tui/base/errors.ts";
import { exec } from "../../../tui/base/exec.ts";

const script = resolve(import.meta.dirname, "../../../image/rootfs/usr/bin/nixos-install");

/** What stands in for the programs: each notes its call; some answer. */
const stubs = {
  id: "echo 0",
  mountpoint: "true",
  nix: `case "$*" in
    *"flake metadata"*) echo '{"url":"git+https://resolved"}' ;;
    *) echo /nix/store/built ;;
  esac`,
  jq: "cat >/dev/null; echo git+https://resolved",
  "nix-env": "true",
  "nix-build": 'ln -s /nix/store/built "$2"',
  unshare: 'shift; exec "$@"',
  mount: "true",
  "nixos-enter": "true",
  stat: "case $2 in %a) echo 755 ;; *) echo 0:0 ;; esac",
};

interface Outcome {
  readonly exitCode: number;
  readonly stderr: string;
  /** One line a program, in order, with the target as ROOT and its directory for temporary files as TMP. */
  readonly calls: string[];
  readonly root: string;
}

async function run(
  argv: readonly string[],
  replaced: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dabei-install-")));
  const [bin, root, log] = ["bin", "root", "log"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [bin, root]) mkdirSync(made);
  writeFileSync(log, "");
  for (const [name, body] of Object.entries({ ...stubs, ...replaced })) {
    const noted = ["nix", "nix-env", "nix-build", "mount", "nixos-enter"].includes(name);
    writeFileSync(join(bin, name), `#!/bin/sh\n${noted ? `echo "${name} $*" >>"$LOG"\n` : ""}${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, LOG: log, XDG_CACHE_HOME: "", TMPDIR: "" };
  const { exitCode, stderr } = await exec(["bash", script, "--root", root, ...argv], { env }).catch(
    (error) => {
      if (error instanceof ToolError) return { exitCode: error.exitCode ?? -1, stderr: error.stderr };
      throw error;
    },
  );
  const calls = readFileSync(log, "utf8")
    .replaceAll(root, "ROOT")
    .replaceAll(/ROOT\/tmp\.\w+/g, "TMP");
  return { exitCode, stderr, calls: calls.split("\n").filter(Boolean), root };
}

const store = "--store ROOT --extra-substituters auto?trusted=1";
const features = "--extra-experimental-features nix-command flakes";
const profile = "-p ROOT/nix/var/nix/profiles/system --set";
const bootLoader = [
  "mount --rbind ROOT ROOTROOT",
  "nixos-enter --root ROOT -- /run/current-system/bin/switch-to-configuration boot",
];

describe("nixos-install", () => {
  test("as nixos-anywhere calls it: a system that is there already", async () => {
    const { exitCode, calls, root } = await run([
      ...["--no-root-passwd", "--no-channel-copy", "--system", "/nix/store/it"],
    ]);
    expect({ exitCode, calls }).toEqual({
      exitCode: 0,
      calls: [`nix-env ${store} ${profile} /nix/store/it`, ...bootLoader],
    });
    expect(existsSync(`${root}/etc/NIXOS`)).toBe(true);
  });

  test("a flake, with options of nix and of the lock file; without the boot loader", async () => {
    const argv =
      "--flake github:me/infra#web1 --no-bootloader --no-root-password --option cores 2 -j 3 --impure";
    const { exitCode, calls } = await run([...argv.split(" "), "--override-input", "a", "b", "-L"]);
    const options = "--option cores 2 -j 3 --impure -L";
    expect({ exitCode, calls }).toEqual({
      exitCode: 0,
      calls: [
        `nix ${features} flake metadata --json ${store} ${options} --override-input a b -- github:me/infra`,
        `nix ${features} build git+https://resolved#nixosConfigurations."web1".config.system.build.toplevel ${store} --no-link --print-out-paths ${options} --override-input a b`,
        `nix-env ${store} ${options} ${profile} /nix/store/built`,
      ],
    });
  });

  test("a file and its attribute, without a flake", async () => {
    const { calls } = await run(["--file", "infra.nix", "--attr", "web1", "--no-bootloader"]);
    expect(calls[0]).toBe(
      `nix-build --out-link TMP/system ${store} infra.nix -A web1.config.system.build.toplevel`,
    );
    expect(calls[1]).toBe(`nix-env ${store} ${profile} /nix/store/built`);
  });

  test.each<[string, string[], Record<string, string>, RegExp]>([
    [
      "a flake without a host",
      ["--flake", "github:me/infra"],
      {},
      /specify the name of the NixOS configuration/,
    ],
    ["an unknown option", ["--nonsense"], {}, /unknown option --nonsense/],
    ["an option without its value", ["--system"], {}, /--system takes 1 value/],
    ["nothing to install", [], {}, /configuration\.nix does not exist; give --flake/],
    [
      "a mount point nobody else may enter",
      ["--system", "/x"],
      { stat: "echo 700" },
      /should have permissions 755/,
    ],
    [
      "a mount point of somebody else",
      ["--system", "/x"],
      { stat: "case $2 in %a) echo 755 ;; *) echo 1000:100 ;; esac" },
      /is owned by 1000:100/,
    ],
    ["somebody who is not root", ["--system", "/x"], { id: "echo 1000" }, /takes root/],
  ])("refuses %s before it writes anything", async (_, argv, replaced, sentence) => {
    const { exitCode, stderr, calls, root } = await run(argv, replaced);
    expect(stderr.trim().split("\n").at(-1)).toMatch(sentence);
    expect(exitCode).toBeGreaterThan(0);
    expect(calls).toEqual([]);
    expect(existsSync(`${root}/nix`)).toBe(false);
  });

  test("stops where a step fails, and leaves no temporary files", async () => {
    const { exitCode, calls, root } = await run(["--system", "/nix/store/it"], { "nix-env": "exit 3" });
    expect(exitCode).toBe(3);
    expect(calls).toHaveLength(1);
    expect((await exec(["ls", root])).stdout).toBe("nix");
  });
});
