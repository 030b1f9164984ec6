import { describe, expect, test } from "vitest";
import { FlakeError } from "../../../tui/flake/errors.ts";
import { probeFlake } from "../../../tui/flake/probe.ts";
import { pairSubstituters } from "../../../tui/flake/source.ts";
import { rawHost } from "./samples.ts";
import { stubExec } from "./stub-exec.ts";

const onZfs = { mountPoint: "/", device: "tank/root", label: null, fsType: "zfs", options: ["zfsutil"] };
const esp = {
  mountPoint: "/boot",
  device: "/dev/disk/by-label/BOOT",
  label: null,
  fsType: "vfat",
  options: [],
};
const disko = { disks: [{ name: "main", device: "/dev/sda" }], pools: ["tank"] };

const quiet = [
  { command: "flake metadata", stdout: '{"path":"/nix/store/a-source","locked":{"dir":"hosts"}}' },
  {
    command: '(import "/nix/store/a-source/hosts/flake.nix").nixConfig',
    stdout: '{"extra-substituters":["https://infra.example.org"],"extra-trusted-public-keys":["infra-1:Zk"]}',
  },
];

describe("probeFlake", () => {
  test("every host by itself; a broken one spoils no other", async () => {
    const { exec, commands } = stubExec([
      { command: "--apply builtins.attrNames", stdout: '["a.b","bad","disko","zfs"]' },
      { command: '#nixosConfigurations."a.b" ', stdout: JSON.stringify(rawHost) },
      { command: '."bad"', exitCode: 1, stderr: "error: undefined variable 'bogus'" },
      { command: '."disko"', stdout: JSON.stringify({ ...rawHost, disko, fileSystems: [onZfs] }) },
      {
        command: '."zfs"',
        stdout: JSON.stringify({ ...rawHost, fileSystems: [onZfs, esp], grubDevices: ["nodev"] }),
      },
      ...quiet,
    ]);
    const seen: string[] = [];
    const facts = await probeFlake("github:a/b", exec, { onHost: ({ name }) => seen.push(name) });
    expect(facts.hosts.map(({ name, disks }) => [name, disks])).toEqual([
      ["a.b", "none"],
      ["bad", "unknown"],
      ["disko", "disko"],
      ["zfs", "zfs"],
    ]);
    expect(seen).toEqual(["a.b", "bad", "disko", "zfs"]);
    expect(facts.hosts[0]).toEqual({
      name: "a.b",
      system: "x86_64-linux",
      hostId: null,
      hostname: "web1",
      zfsVersion: "2.3.4",
      stateVersion: "25.11",
      bootLoader: null,
      disks: "none",
      way: { kind: "generated" },
      evaluation: null,
      error: null,
    });
    expect(facts.hosts[2]?.way).toEqual({ kind: "disko", ...disko });
    expect(facts.hosts[3]).toMatchObject({
      // A disk that GRUB is written to says that GRUB is meant.
      bootLoader: "grub",
      way: { kind: "declared", fileSystems: [onZfs, esp], loader: { kind: "grub", espMounts: ["/boot"] } },
    });
    expect(facts.tree).toBeNull();
    expect(facts.hosts[1]?.error?.sentence).toMatch(/^The variable bogus/);
    expect(facts.asksFor).toEqual([{ url: "https://infra.example.org", publicKey: "infra-1:Zk" }]);
    // The user's own lock file is not touched by looking.
    expect(commands.filter((command) => command.includes("github:a/b"))).toSatisfy((all: string[]) =>
      all.every((command) => command.includes("--no-write-lock-file")),
    );
  });

  test("a flake that cannot be read is one error", async () => {
    const { exec } = stubExec([
      {
        command: "attrNames",
        exitCode: 1,
        stderr: "error: getting status of '/x': No such file or directory",
      },
    ]);
    await expect(probeFlake("/x", exec)).rejects.toThrow(FlakeError);
  });

  test("nix that was killed ran out of memory", async () => {
    const { exec } = stubExec([{ command: "attrNames", exitCode: 137 }]);
    await expect(probeFlake("/x", exec)).rejects.toThrow("most likely the memory ran out");
  });
});

describe("pairSubstituters", () => {
  test.each<[string, Record<string, unknown>, [string, string | null][]]>([
    ["nothing", {}, []],
    [
      "by the name of the key, whatever the order",
      {
        "extra-substituters": ["https://b.cachix.org", "https://a.cachix.org"],
        "extra-trusted-public-keys": ["a.cachix.org-1:A", "b.cachix.org-1:B"],
      },
      [
        ["https://b.cachix.org", "b.cachix.org-1:B"],
        ["https://a.cachix.org", "a.cachix.org-1:A"],
      ],
    ],
    [
      "without a key",
      { substituters: "https://x.org https://y.org", "trusted-public-keys": "k:1" },
      [
        ["https://x.org", null],
        ["https://y.org", null],
      ],
    ],
    [
      "nix's own cache is not asked about",
      {
        substituters: ["https://cache.nixos.org", "https://x.org"],
        "trusted-public-keys": ["cache.nixos.org-1:6N", "k:1"],
      },
      [["https://x.org", "k:1"]],
    ],
  ])("%s", (_name, config, pairs) => {
    expect(pairSubstituters(config).map(({ url, publicKey }) => [url, publicKey])).toEqual(pairs);
  });
});
