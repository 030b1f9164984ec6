import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exec } from "../../../tui/base/exec.ts";
import type { ExtraFile } from "../../../tui/plan/system-choices.ts";
import { writeFiles } from "../../../tui/run/files.ts";
import { writeHostKeys } from "../../../tui/run/host-keys.ts";
import { targetPath } from "../../../tui/run/target-path.ts";
import { has } from "../tools/programs.ts";
import { contextIn } from "./step-context.ts";

let root: string;
let state: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dabei-target-"));
  state = mkdtempSync(join(tmpdir(), "dabei-state-"));
  mkdirSync(`${state}/secrets`);
});
afterEach(() => {
  for (const directory of [root, state]) rmSync(directory, { recursive: true, force: true });
});

const file = (path: string, content: ExtraFile["content"], changes: Partial<ExtraFile> = {}): ExtraFile => ({
  ...{ path, content, owner: process.getuid?.() ?? 0, group: process.getgid?.() ?? 0, mode: "0640" },
  ...changes,
});

describe("paths of the target", () => {
  test.each([
    ["/etc/role", {}, "/etc/role"],
    ["/etc/role", { etc: "/persist/etc" }, "/persist/etc/role"],
    ["/etc/a/role", { "etc/a": "../srv" }, "/srv/role"],
    ["/etc/role", { "etc/role": "/nix/store/x" }, "/etc/role"],
    ["/up/role", { up: "../../../../.." }, "/role"],
  ] as [string, Record<string, string>, string][])("%s with links %j", (path, links, place) => {
    for (const [name, link] of Object.entries(links)) {
      mkdirSync(join(root, name, ".."), { recursive: true });
      symlinkSync(link, join(root, name));
    }
    expect(targetPath(root, path)).toBe(root + place);
  });

  test("the store is left alone, a circle is noticed", () => {
    symlinkSync("/nix/store/x-etc", join(root, "etc"));
    symlinkSync("loop", join(root, "loop"));
    expect(() => targetPath(root, "/etc/role")).toThrow("is a part of the system itself");
    expect(() => targetPath(root, "/loop/role")).toThrow("links in a circle");
  });
});

describe("extra files", () => {
  test("text, bytes and a secret, with their modes; again is no trouble", () => {
    writeFileSync(`${state}/secrets/token`, "s3cret");
    const files = [
      file("/etc/role", { text: "web\n" }),
      file("/srv/deep/bytes", { base64: "AP8=" }, { mode: "4755" }),
      file("/etc/token", { secret: "token" }, { mode: "0600" }),
    ];
    const context = contextIn(state, exec);
    writeFiles({ do: "write-files", root, files }, context);
    writeFiles({ do: "write-files", root, files }, context);
    expect(readFileSync(`${root}/etc/role`, "utf8")).toBe("web\n");
    expect([...readFileSync(`${root}/srv/deep/bytes`)]).toEqual([0, 255]);
    expect(readFileSync(`${root}/etc/token`, "utf8")).toBe("s3cret");
    const modes = files.map(({ path }) => (statSync(root + path).mode & 0o7777).toString(8));
    expect(modes).toEqual(["640", "4755", "600"]);
    expect(context.notes.join()).not.toContain("s3cret");
  });

  test("a link in the place of the file is replaced, not followed", () => {
    const outside = `${state}/outside`;
    writeFileSync(outside, "as it was");
    mkdirSync(`${root}/etc`);
    symlinkSync(outside, `${root}/etc/role`);
    writeFiles(
      { do: "write-files", root, files: [file("/etc/role", { text: "web" })] },
      contextIn(state, exec),
    );
    expect(readFileSync(outside, "utf8")).toBe("as it was");
    expect(readFileSync(`${root}/etc/role`, "utf8")).toBe("web");
  });

  test("owners are those of the installed system; one it does not have is named", () => {
    mkdirSync(`${root}/etc`);
    const own = { uid: process.getuid?.() === 0 ? 1234 : (process.getuid?.() ?? 0) };
    const gid = process.getuid?.() === 0 ? 71 : (process.getgid?.() ?? 0);
    writeFileSync(`${root}/etc/passwd`, `root:x:0:0::/root:/bin/sh\npostgres:x:${own.uid}:71::/:/bin/sh\n`);
    writeFileSync(`${root}/etc/group`, `postgres:x:${gid}:\n`);
    const owners = { owner: "postgres", group: "postgres", mode: "0600" };
    const files = [file("/home/postgres/.pgpass", { text: "web" }, owners)];
    writeFiles({ do: "write-files", root, files }, contextIn(state, exec));
    expect(statSync(`${root}/home/postgres/.pgpass`)).toMatchObject({ ...own, gid });
    // Directories that were missing are theirs as well, and as closed.
    expect(statSync(`${root}/home/postgres`)).toMatchObject(own);
    expect(statSync(`${root}/home/postgres`).mode & 0o777).toBe(0o700);
    const stranger = [file("/etc/role", { text: "web" }, { owner: "nobody-here" })];
    expect(() => writeFiles({ do: "write-files", root, files: stranger }, contextIn(state, exec))).toThrow(
      "The installed system has no user nobody-here, who is to own /etc/role.",
    );
  });

  test("a secret that is gone", () => {
    const files = [file("/etc/token", { secret: "token" })];
    expect(() => writeFiles({ do: "write-files", root, files }, contextIn(state, exec))).toThrow(
      "The secret token is not there any more.",
    );
  });
});

describe.skipIf(!has("ssh-keygen"))("host keys", () => {
  const step = { do: "write-host-keys", kept: null, given: [] } as const;

  test("a new one, also where a run before left half of one", async () => {
    const directory = `${root}/etc/ssh`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/ssh_host_ed25519_key`, "half");
    await writeHostKeys({ ...step, directory }, contextIn(state, exec));
    expect(readFileSync(`${directory}/ssh_host_ed25519_key.pub`, "utf8")).toMatch(/^ssh-ed25519 /);
    expect(statSync(`${directory}/ssh_host_ed25519_key`).mode & 0o777).toBe(0o600);
  });

  test.each(["ed25519", "ecdsa"])("a given one: %s", async (type) => {
    await exec(["ssh-keygen", "-q", "-t", type, "-N", "", "-f", `${state}/key`]);
    const [key, pub] = ["key", "key.pub"].map((name) => readFileSync(`${state}/${name}`, "utf8"));
    // As a credential hands it over: without its last newline.
    writeFileSync(`${state}/secrets/given`, key!.trimEnd());
    const directory = `${root}/persist/etc/ssh`;
    const context = contextIn(state, exec);
    await writeHostKeys({ ...step, directory, given: ["given"] }, context);
    expect(readFileSync(`${directory}/ssh_host_${type}_key`, "utf8")).toBe(key);
    expect(readFileSync(`${directory}/ssh_host_${type}_key.pub`, "utf8")).toContain(pub!.split(" ")[1]);
    expect(context.notes).toEqual([]);
  });

  test("what is no key is told, and not shown", async () => {
    writeFileSync(`${state}/secrets/given`, "s3cret");
    const given = writeHostKeys(
      { ...step, directory: `${root}/etc/ssh`, given: ["given"] },
      contextIn(state, exec),
    );
    await expect(given).rejects.toThrow("given is no private host key without a passphrase.");
  });
});
