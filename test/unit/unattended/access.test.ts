import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exec } from "../../../tui/base/exec.ts";
import { giveAccess } from "../../../tui/unattended/access.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-tokens-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("tokens are in a file that only root reads, and that nix includes", async () => {
  const values = new Map([
    ["flake.tokens.github.com", "ghp_1\n"],
    ["flake.tokens.git.example.org", "PAT:x"],
    ["layout.passphrase", "correct horse"],
  ]);
  await giveAccess(undefined, values, exec, directory);
  const file = join(directory, "secrets/nix.conf");
  expect(readFileSync(file, "utf8")).toBe("access-tokens = github.com=ghp_1 git.example.org=PAT:x\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const conf = resolve(import.meta.dirname, "../../../image/rootfs/etc/nix/nix.conf");
  expect(readFileSync(conf, "utf8")).toContain("!include /run/dabei/secrets/nix.conf");
});

test.each(["two words", "", "a#b"])("%j is no token", async (token) => {
  await expect(
    giveAccess(undefined, new Map([["flake.tokens.github.com", token]]), exec, directory),
  ).rejects.toThrow("The access token for github.com");
});
