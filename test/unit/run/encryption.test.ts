import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Exec } from "../../../tui/base/exec.ts";
import { perform } from "../../../tui/run/perform.ts";
import { contextIn } from "./step-context.ts";

const fresh = { begun: false, finished: false, passed: false };
const done = { begun: true, finished: true, passed: true };

let directory = "";
let ran: { command: string; input: string | undefined }[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-encryption-"));
  mkdirSync(join(directory, "secrets"));
  writeFileSync(join(directory, "secrets/passphrase"), "correct horse\n");
  ran = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

function context() {
  const exec: Exec = async (argv, options) => {
    ran.push({ command: argv.join(" "), input: options?.input });
    return { stdout: "", stderr: "", exitCode: 0 };
  };
  return contextIn(directory, exec);
}

const device = "/dev/disk/by-partuuid/x";
const encrypt = { do: "encrypt-device", device, mapper: "dabei-crypt-nowhere", memory: 65536 } as const;

test("LUKS gets the passphrase by stdin, every byte of it and no line feed", async () => {
  await perform(encrypt, fresh, context());
  expect(ran.map(({ command }) => command.split(" ").slice(0, 2).join(" "))).toEqual([
    "cryptsetup luksFormat",
    "cryptsetup open",
  ]);
  for (const { command, input } of ran) {
    expect(input).toBe("correct horse");
    expect(command).not.toContain("horse");
  }
});

test("what a run before has encrypted is opened, not made anew", async () => {
  await perform(encrypt, done, context());
  expect(ran.map(({ command }) => command)).toEqual([
    `cryptsetup open --type luks2 --key-file - ${device} dabei-crypt-nowhere`,
  ]);
});

test("without its passphrase nothing is formatted", async () => {
  rmSync(join(directory, "secrets/passphrase"));
  await expect(perform(encrypt, fresh, context())).rejects.toThrow("not there any more");
  expect(ran).toEqual([]);
});

test("swap with a random key is opened, formatted, used", async () => {
  await perform({ do: "enable-swap", device, mapper: "dabei-swap-nowhere" }, fresh, context());
  expect(ran.map(({ command }) => command.split(" ")[0])).toEqual(["cryptsetup", "mkswap", "swapon"]);
  expect(ran[0]?.command).toContain("--key-file /dev/urandom");
});

const key = () => {
  const file = join(directory, "key/deep/rpool.key");
  return {
    do: "open-key",
    device: "/dev/disk/by-uuid/1",
    type: "vfat",
    directory: join(directory, "key"),
    file,
  } as const;
};

test("a key that is missing is made: 32 bytes that only root can read, on a device that is read-only again", async () => {
  mkdirSync(key().directory);
  const { notes, ...rest } = context();
  await perform(key(), fresh, rest);
  expect(readFileSync(key().file)).toHaveLength(32);
  expect(statSync(key().file).mode & 0o777).toBe(0o400);
  expect(ran.map(({ command }) => command)).toEqual([
    `mount --mkdir -t vfat -o ro /dev/disk/by-uuid/1 ${key().directory}`,
    `mount -o remount,rw ${key().directory}`,
    `mount -o remount,ro ${key().directory}`,
  ]);
  expect(notes.join()).not.toMatch(/[0-9a-f]{16}/);
});

test("a key that is there is left as it is, and a file that is none is not written over", async () => {
  mkdirSync(join(directory, "key/deep"), { recursive: true });
  writeFileSync(key().file, "k".repeat(32));
  await perform(key(), fresh, context());
  expect(readFileSync(key().file, "utf8")).toBe("k".repeat(32));
  expect(ran).toHaveLength(1);
  writeFileSync(key().file, "a letter to somebody");
  await expect(perform(key(), fresh, context())).rejects.toThrow("is no key: it has not 32 bytes");
  expect(readFileSync(key().file, "utf8")).toBe("a letter to somebody");
});

test("the initrd's host key is made once, in a directory of root's", async () => {
  const file = join(directory, "secrets-of-initrd/ssh_host_ed25519_key");
  const step = { do: "make-unlock-key", file, comment: "initrd of web1" } as const;
  await perform(step, fresh, context());
  expect(statSync(join(directory, "secrets-of-initrd")).mode & 0o777).toBe(0o700);
  expect(ran).toHaveLength(1);
  writeFileSync(file, "");
  await perform(step, fresh, context());
  expect(ran).toHaveLength(1);
  expect(existsSync(file)).toBe(true);
});

test.each([
  ["native", "correct horse\n"],
  ["native-key-file", undefined],
  ["luks", undefined],
  ["none", undefined],
] as const)(
  "zpool gets a line with the passphrase for %s only if ZFS asks: %j",
  async (encryption, input) => {
    const step = {
      do: "create-pool",
      pool: "rpool",
      vdevs: [{ kind: "stripe", devices: [device] }],
      poolProperties: {},
      rootProperties: {},
      encryption,
      directory: "/dev/disk/by-partuuid",
    } as const;
    await perform(step, fresh, context());
    expect(ran.find(({ command }) => command.startsWith("zpool create"))?.input).toBe(input);
  },
);
