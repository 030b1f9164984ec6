import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exec } from "../../../tui/base/exec.ts";
import { addTokens, giveSshKey, shownHostKeys, trustHostKeys } from "../../../tui/run/access.ts";
import { makeHostKey } from "../../../tui/tools/ssh-keygen.ts";
import { stubExec } from "../flake/stub-exec.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-access-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const read = (name: string) => readFileSync(join(directory, name), "utf8");

test("a token joins those that are there, and takes the place of its host's", () => {
  addTokens({ "github.com": "one", "git.example.org": "PAT:x" }, directory);
  addTokens({ "github.com": "two" }, directory);
  expect(read("secrets/nix.conf")).toBe("access-tokens = github.com=two git.example.org=PAT:x\n");
});

describe("an ssh key", () => {
  test("is whole again after it was pasted into a line, and only root reads it", async () => {
    const file = join(directory, "key");
    await exec(makeHostKey(file, "test"));
    const whole = readFileSync(file, "utf8");
    await giveSshKey(whole.replaceAll("\n", " "), exec, directory);
    expect(read("secrets/ssh-key")).toBe(whole);
    expect(statSync(join(directory, "secrets/ssh-key")).mode & 0o777).toBe(0o600);
  });

  test("with a passphrase is refused, and the one before it stays", async () => {
    const file = join(directory, "key");
    await exec(makeHostKey(file, "test"));
    await giveSshKey(readFileSync(file, "utf8"), exec, directory);
    const before = read("secrets/ssh-key");
    await exec(["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret words", "-f", file]);
    await expect(giveSshKey(readFileSync(file, "utf8"), exec, directory)).rejects.toThrow(/passphrase/);
    await expect(giveSshKey("nonsense", exec, directory)).rejects.toThrow(/no private ssh key/);
    expect(read("secrets/ssh-key")).toBe(before);
  });
});

describe("host keys", () => {
  const line =
    "git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

  test("are believed in once each", () => {
    trustHostKeys([line], directory);
    trustHostKeys([line, line.replace("git", "[git")], directory);
    expect(read("known_hosts").split("\n").filter(Boolean)).toHaveLength(2);
    expect(() => trustHostKeys(["git.example.org"], directory)).toThrow("This is no line of known_hosts");
  });

  test("are shown with the fingerprint that ssh shows", async () => {
    const shown = line.replace("git.example.org", "[git.example.org]:2222");
    const stub = stubExec([{ command: "ssh-keyscan", stdout: `# git.example.org:2222 SSH-2.0\n${shown}` }]);
    const keys = await shownHostKeys("[git.example.org]:2222", stub.exec);
    expect(keys).toMatchObject([{ type: "ED25519", fingerprint: expect.stringMatching(/^SHA256:/) }]);
    expect(stub.commands).toEqual(["ssh-keyscan -T 15 -p 2222 git.example.org"]);
  });
});
