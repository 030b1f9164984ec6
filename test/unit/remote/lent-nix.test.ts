import { describe, expect, test } from "vitest";
import { localSource, readCall } from "../../../scripts/remote/lent-nix.ts";
import { buildSystem, nix } from "../../../tui/tools/nix.ts";

const substituters = [{ url: "https://cache.example", publicKey: "k:x" }];

describe("a lent nix", () => {
  test("builds what the installer builds, here, for the store over there", () => {
    const call = readCall(
      buildSystem({ root: "/mnt", flake: "path:/mnt/etc/nixos", host: "web1", substituters }).slice(1),
    );
    expect(call.store).toBe("/mnt");
    expect(call.flakes).toEqual(["/mnt/etc/nixos"]);
    expect(call.argv).not.toContain("--store");
    expect(call.argv).toEqual(expect.arrayContaining(["build", "--no-link", "--print-out-paths"]));
    expect(call.argv.at(-1)).toBe('path:{0}#nixosConfigurations."web1".config.system.build.toplevel');
  });

  test("evaluates, and asks about flakes", () => {
    const words = [
      ...nix(substituters).slice(1),
      "eval",
      "--json",
      "--no-write-lock-file",
      "github:me/infra#x",
      "--apply",
      "y: y",
    ];
    expect(readCall(words)).toMatchObject({ argv: words, flakes: [], store: null });
    const metadata = ["flake", "metadata", "--json", "path:/run/dabei/flake?dir=a"];
    expect(readCall(metadata)).toEqual({
      argv: ["flake", "metadata", "--json", "path:{0}?dir=a"],
      flakes: ["/run/dabei/flake"],
      store: null,
      asksForSource: true,
    });
  });

  test.each([
    [{ type: "path" }, "/nix/store/abc-source"],
    [{ type: "git", url: "file:///home/me/infra" }, "/nix/store/abc-source"],
    [{ type: "tarball", url: "file:///tmp/demo.tar.gz" }, "/nix/store/abc-source"],
    [{ type: "github" }, null],
    [{ type: "git", url: "ssh://git@example.org/infra" }, null],
  ])("a flake on a disk of this side, which that one has to get: %j", (locked, expected) => {
    expect(localSource(JSON.stringify({ path: "/nix/store/abc-source", locked }))).toBe(expected);
  });

  test("reads what a flake asks for, from where nix has put it", () => {
    const words = [
      "eval",
      "--json",
      "--impure",
      "--expr",
      '(import "/nix/store/abc-source/flake.nix").nixConfig or { }',
    ];
    expect(readCall(words).argv).toEqual(words);
  });

  test("a dry run stays here, and nobody's configuration is accepted", () => {
    const call = readCall([
      "build",
      "--dry-run",
      "--store",
      "/mnt",
      "--option",
      "accept-flake-config",
      "true",
      "x#y",
    ]);
    expect(call).toMatchObject({ store: null });
    expect(call.argv).toEqual(["build", "--dry-run", "--option", "accept-flake-config", "false", "x#y"]);
  });

  test("locks what lies over there, and asks caches for sizes", () => {
    expect(readCall(["flake", "lock", "--refresh", "path:/run/dabei/preflight"])).toMatchObject({
      argv: ["flake", "lock", "--refresh", "path:{0}"],
      flakes: ["/run/dabei/preflight"],
    });
    expect(
      readCall(["flake", "lock", "--refresh", "path:/mnt/etc/nixos", "--store", "/mnt"]).store,
    ).toBeNull();
    const sizes = ["path-info", "--store", "https://cache.example", "--json", "/nix/store/abc-x"];
    expect(readCall(sizes)).toMatchObject({ argv: sizes, store: null });
  });

  test.each([
    [["flake", "lock", "path:/home/me/infra"]],
    [["flake", "lock", "."]],
    [["flake", "lock"]],
    [["run", "x"]],
    [["develop"]],
    [["flake", "update", "/home/me"]],
    [["flake", "init"]],
    [["store", "delete"]],
    [["build", "--out-link", "/home/me/.bashrc", "x"]],
    [["build", "--option", "post-build-hook", "/tmp/evil", "x"]],
    [["eval", "--option", "allow-unsafe-native-code-during-evaluation", "true", "x"]],
    [["build", "--builders", "ssh://x", "x"]],
    [["eval", "--impure", "--expr", "builtins.readFile /home/me/.ssh/id"]],
    [["eval", "--impure", "x#y"]],
    [["build", "--profile", "/nix/var", "x"]],
    [[]],
  ])("does no more than that: %j", (words) => {
    expect(() => readCall(words)).toThrow();
  });
});
