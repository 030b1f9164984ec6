import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeRoot, runParts, shells } from "./shells.ts";

// Dozens of programs a test: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dabei-kexec-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const machineId = "0123456789abcdef0123456789abcdef";

describe.each(shells)("in %s", (_name, shell) => {
  const run = async (files: Record<string, string>, code: string, variables: Record<string, string> = {}) => {
    const root = join(home, "root");
    await fakeRoot(root, { "proc/sys/kernel/hostname": "web1\n", ...files });
    const prepared = `mkdir "$stage"; ${code}`;
    return (await runParts(shell, prepared, { root, stage: join(home, "stage"), ...variables })).stdout;
  };
  const taken = (path: string) => readFile(join(home, "stage", path), "utf8");

  test("host keys go to their usual places, those that the configuration names before others", async () => {
    const told = await run(
      {
        "etc/ssh/ssh_host_rsa_key": "old rsa",
        "etc/ssh/ssh_host_ed25519_key": "ed",
        "etc/ssh/ssh_host_ed25519_key.pub": "ssh-ed25519 AAAA",
        "etc/ssh/ssh_host_dsa_key": "dsa",
        "etc/ssh/sshd_config": "HostKey /persist/key\n",
        "persist/key": "new rsa",
        "persist/key.pub": "ssh-rsa AAAA",
        "etc/machine-id": `${machineId}\n`,
      },
      'take_identity "$stage"; printf "%s|%s" "$host_keys" "$warnings"',
    );
    expect(told).toBe("ed25519, rsa|");
    expect((await readdir(join(home, "stage/etc/ssh"))).sort()).toEqual([
      "ssh_host_ed25519_key",
      "ssh_host_ed25519_key.pub",
      "ssh_host_rsa_key",
      "ssh_host_rsa_key.pub",
    ]);
    expect(await taken("etc/ssh/ssh_host_rsa_key")).toBe("new rsa");
    expect((await stat(join(home, "stage/etc/ssh/ssh_host_rsa_key"))).mode & 0o777).toBe(0o600);
    expect(await taken("etc/machine-id")).toBe(`${machineId}\n`);
    expect(await taken("etc/hostname")).toBe("web1\n");
  });

  test("dropbear's keys are taken over where its own program can change their form", async () => {
    const files = {
      "etc/dropbear/dropbear_ed25519_host_key": "raw",
      "etc/dropbear/dropbear_dss_host_key": "old",
    };
    const code = 'take_identity "$stage"; printf "%s|%s" "$host_keys" "$warnings"';
    expect(await run(files, code)).toMatch(
      /^\|the host keys of dropbear cannot be taken over without its program dropbearconvert/,
    );
    await rm(join(home, "stage"), { recursive: true });
    const convert =
      'dropbearconvert() { [ "$1 $2" = "dropbear openssh" ] && { echo converted; cat "$3"; } >"$4"; }';
    expect(await run(files, `${convert}; ${code}`)).toBe("ed25519|");
    expect(await taken("etc/ssh/ssh_host_ed25519_key")).toBe("converted\nraw");
    expect((await stat(join(home, "stage/etc/ssh/ssh_host_ed25519_key"))).mode & 0o777).toBe(0o600);
  });

  test("a key is given by whoever starts it, where there is none", async () => {
    const code = 'host_key="$given"; take_identity "$stage"; printf "%s|%s" "$host_keys" "$warnings"';
    const given = join(home, "given");
    await writeFile(given, "a key");
    expect(await run({}, code, { given })).toBe("ed25519, made for this|");
    expect(await taken("etc/ssh/ssh_host_ed25519_key")).toBe("a key");
    await rm(join(home, "stage"), { recursive: true });
    expect(await run({ "etc/ssh/ssh_host_rsa_key": "rsa" }, code, { given })).toBe("rsa|");
  });

  test("a system without host keys is told of, one without a name keeps none", async () => {
    const files = { "proc/sys/kernel/hostname": "localhost\n", "etc/machine-id": "uninitialized\n" };
    const told = await run(files, 'take_identity "$stage"; printf "%s" "$warnings"');
    expect(told).toMatch(/no ssh host key was found/);
    expect((await readdir(join(home, "stage/etc"))).sort()).toEqual(["ssh"]);
  });

  test.each([
    [
      "BOOT_IMAGE=/vmlinuz root=/dev/sda1 console=tty0 console=ttyS1,115200n8 quiet",
      "console=tty0 console=ttyS1,115200n8",
    ],
    ["console=ttyS0 console=tty0", "console=ttyS0 console=tty0"],
    ["nomodeset pci=nomsi,noaer console=hvc0", "nomodeset pci=nomsi,noaer console=hvc0"],
    ["root=/dev/sda1", "console=ttyS0 console=tty0"],
  ])("of %s", async (line, expected) => {
    const files = { "proc/cmdline": `${line}\n`, "sys/class/tty/console/active": "ttyS0 tty0\n" };
    const told = await run(files, "append=dabei.hostname=x; kernel_parameters");
    expect(told).toBe(`panic=60 ${expected} dabei.hostname=x`);
  });
});
