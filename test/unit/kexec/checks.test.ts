import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MiB } from "../../../tui/base/bytes.ts";
import { fakeRoot, runParts, shells } from "./shells.ts";

// Dozens of programs a test: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dabei-kexec-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const able = { "sys/kernel/kexec_loaded": "0\n", "proc/sys/kernel/kexec_load_disabled": "0\n" };

describe.each(shells)("in %s", (_name, shell) => {
  const check = async (files: Record<string, string>) => {
    const root = join(home, "root");
    await fakeRoot(root, files);
    const code = 'check_system; printf "%s|%s" "$problems" "$warnings"';
    return (await runParts(shell, code, { root })).stdout;
  };
  const secureBoot = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

  test.each([
    ["a plain system", able, /^\|$/],
    ["no lockdown", { ...able, "sys/kernel/security/lockdown": "[none] integrity confidentiality\n" }, /^\|$/],
    ["lockdown", { ...able, "sys/kernel/security/lockdown": "none [integrity] confidentiality\n" }, /locked down \(integrity\).*ZFS/],
    ["no kexec", {}, /built without kexec/],
    ["kexec switched off", { ...able, "proc/sys/kernel/kexec_load_disabled": "1\n" }, /switched off until the next boot/],
    ["a container", { ...able, "proc/1/environ": "A=b\0container=lxc\0" }, /this is a container/],
    ["Xen PV", { ...able, "sys/hypervisor/guest_type": "PV\n" }, /paravirtualized Xen/],
    ["Secure Boot", { ...able, [secureBoot]: "\u0006\0\0\0\u0001" }, /^\|Secure Boot is on/],
    ["Secure Boot switched off", { ...able, [secureBoot]: "\u0006\0\0\0\0" }, /^\|$/],
  ])("%s", async (_what, files, expected) => {
    expect(await check(files as Record<string, string>)).toMatch(expected);
  }); // biome-ignore format: a table

  const memory = async (total: number, available: number) => {
    const [root, here, stage] = ["root", "bundle", "stage"].map((name) => join(home, name)) as [string, string, string];
    await fakeRoot(root, { "proc/meminfo": `MemTotal: ${total * 1024} kB\nMemFree: 1 kB\nMemAvailable: ${available * 1024} kB\n` });
    await fakeRoot(here, { initrd: "" });
    await mkdir(stage);
    await truncate(join(here, "initrd"), 72 * MiB);
    const image = Buffer.alloc(12 * MiB);
    image.writeUInt32LE(58 * MiB, 0x260);
    await writeFile(join(here, "bzImage"), image);
    const code = 'check_memory; printf "%s|%s" "$problems" "$warnings"';
    return (await runParts(shell, code, { root, here, stage })).stdout;
  }; // biome-ignore format: as above

  test.each([
    [2000, 1500, /^\|$/],
    [600, 400, /^\|with 600 MiB of memory nix may be unable/],
    [600, 200, /200 MiB of memory are free, and 230 MiB are needed/],
    [300, 280, /this machine has 300 MiB of memory, and the new system needs 320 MiB to start/],
  ])("%i MiB of memory, %i free", async (total, available, expected) => {
    expect(await memory(total, available)).toMatch(expected);
  });

  /** A kexec that takes what the code says, and tells how it was called. */
  const load = async (body: string, variables = "") => {
    const here = join(home, "bundle");
    await mkdir(join(home, "stage"));
    await mkdir(here);
    await writeFile(join(here, "kexec"), `#!/bin/sh\necho "$@" >>${home}/calls\n${body}\n`, { mode: 0o755 });
    const code = `uname() { echo 6.1.0; }; command_line='panic=60 console=ttyS0'; ${variables} load; echo "exit code $?"; cat ${home}/calls`;
    return runParts(shell, code, { root: home, here, stage: join(home, "stage") });
  };

  test("the careful system call first, the other one where the kernel refuses it", async () => {
    const { stdout } = await load("case $1 in -s) echo refused; exit 255 ;; esac");
    expect(stdout).toContain("exit code 0");
    expect(stdout.match(/^-[sc] --load .*/gm)?.map((line) => line.slice(0, 2))).toEqual(["-s", "-c"]);
    expect(stdout).toContain("--no-checks --command-line=panic=60 console=ttyS0");
  });

  test("the other order on old kernels, one alone where it is asked for", async () => {
    const old = await load("exit 1", "uname() { echo 5.10.0-1-amd64; };");
    expect(old.stdout.match(/^-[sc]/gm)).toEqual(["-c", "-s"]);
    await rm(home, { recursive: true });
    await mkdir(home);
    expect((await load("exit 1", "extra_flags='-c --debug';")).stdout.match(/^-[sc] .*/gm)).toEqual([
      expect.stringMatching(/^-c --load .* -c --debug$/),
    ]);
  });

  test("what both have said, where neither works", async () => {
    const { stdout, stderr } = await load('echo "kexec_load failed: Invalid argument"; exit 255');
    expect(stdout).toContain("exit code 1");
    expect(stderr).toMatch(
      /did not take the new system. Nothing was changed.*kexec -s: exit code 255\nkexec_load failed: Invalid argument\nkexec -c/s,
    );
  });
});
