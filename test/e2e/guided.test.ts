import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createDisk, hashDisk } from "../../qemu/disks.ts";
import type { Vm } from "../../qemu/vm.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { begin, finish, walkToReview } from "./guide.ts";
import { bootFromDisks, directoryOf, diskOf, firstScreen, systemLine, withInstaller } from "./harness.ts";
import { makeSsh } from "./ssh.ts";

const blank = { size: 8 * GiB };
const up = /fixture ready/;

/** Types a command into the shell of the installed system and answers what it printed. */
async function ask(vm: Vm, command: string): Promise<string> {
  const { serial } = vm;
  const from = serial.mark();
  // The echo of the command has the quotes in it, its output has not.
  serial.type(`${command}; echo "en""d-of-output"\r`);
  await serial.waitForLog(/end-of-output/, { from });
  return serial.sent(from);
}

/** Types an answer to zfs's prompt. zfs drops what came between the prompt and its reading, so it may take two goes. */
async function answer(vm: Vm, text: string, next: RegExp): Promise<void> {
  const from = vm.serial.mark();
  for (let goes = 1; ; goes++) {
    vm.serial.type(`${text}\r`);
    const timeout = goes < 4 ? 90_000 : 300_000;
    const failure = await vm.serial.waitForLog(next, { from, timeout }).then(
      () => undefined,
      (error) => error,
    );
    if (!failure) return;
    if (goes === 4) throw failure;
  }
}

test("a mirror of two disks: installed by keys alone, boots with either disk missing", async () => {
  const name = "guided-mirror";
  const disks = [blank, blank];
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const bystander = { path: `${directoryOf(name)}-bystander.raw`, size: 64 * MiB, serial: "BYSTANDER" };
  await createDisk(bystander.path, bystander.size);
  await writeFile(bystander.path, Buffer.alloc(MiB, "data of somebody else "), { flag: "r+" });
  const before = await hashDisk(bystander.path);

  await withInstaller(
    { name, memory: 1024 * MiB, disks: [...disks, bystander], ...ssh.options },
    async (vm) => {
      await walkToReview(vm, { serials: ["DABEI0001", "DABEI0002"] });
      expect(vm.serial.screen()).not.toContain("BYSTANDER");
      await begin(vm);
      await vm.serial.waitFor(/^ *> +build system/m, { timeout: 900_000 });
      await ssh.waitUntilUp();
      // The screen on this line dies, the installation does not: a new screen comes and shows it.
      const engine = (await ssh.run("cat /run/dabei/engine.pid")).stdout;
      const from = vm.serial.mark();
      // The engine is called with one argument more, so the end of the line tells the two apart.
      await ssh.run("pkill -KILL -f 'dabei.js$'");
      await vm.serial.waitForLog(/Installing/, { from });
      expect((await ssh.run("cat /run/dabei/engine.pid")).stdout).toBe(engine);
      await finish(vm);
    },
  );
  expect(await hashDisk(bystander.path)).toBe(before);

  await bootFromDisks({ name, disks }, async (vm) => {
    const line = await systemLine(vm);
    expect(line).toMatch(/host demo generation 1 root rpool\/local\/root \(zfs\) hostid [0-9a-f]{8}/);
    await vm.serial.waitForLog(up);
    const text = vm.serial.sent();
    for (const place of ["/", "/nix", "/home", "/boot", "/boot-2"])
      expect(text).toMatch(new RegExp(`fixture mount: \\S+ on ${place} type`));
    expect(await ask(vm, "zpool status -x")).toContain("all pools are healthy");
    expect(await ask(vm, "ls /etc/nixos /var/log/nix-dabei")).toMatch(/flake\.nix[\s\S]*journal/);
  });

  for (const missing of [0, 1]) {
    const left = disks
      .map((disk, index) => ({ ...disk, path: diskOf(name, index + 1) }))
      .filter((_, index) => index !== missing);
    // -snapshot: what this boot writes is thrown away, so that the next one finds both disks as they were.
    await bootFromDisks({ name, disks: left, extra: ["-snapshot"] }, async (vm) => {
      await vm.serial.waitForLog(up);
      expect(await ask(vm, "zpool list -H -o name,health")).toMatch(/rpool\s+DEGRADED/);
    });
  }
});

test("one encrypted disk: asks for the passphrase at boot and gets in", async () => {
  const name = "guided-encrypted";
  const passphrase = "correct horse battery";
  await withInstaller({ name, memory: 1024 * MiB, disks: [blank] }, async (vm) => {
    await walkToReview(vm, { serials: ["DABEI0001"], passphrase });
    await begin(vm);
    await finish(vm);
    expect(vm.serial.sent()).not.toContain(passphrase);
  });
  await bootFromDisks({ name, disks: [blank] }, async (vm) => {
    await vm.serial.waitForLog(/Enter passphrase/);
    await answer(vm, "not the passphrase", /Enter passphrase/);
    await answer(vm, passphrase, up);
    expect(await ask(vm, "zfs get -H -o value encryption,keylocation rpool")).toMatch(/aes-256-gcm\s+prompt/);
  });

  // The image again, as the way into a system that does not start any more. Its power was cut, so the pool was not exported.
  await withInstaller({ name, disks: [blank], keepsDisks: true, flake: false }, async (vm) => {
    const { serial } = vm;
    await serial.waitFor(firstScreen);
    await serial.waitFor(/1 of ZFS pools? \(rpool\)/);
    serial.press("down");
    await serial.waitFor(/> Repair/);
    serial.press("enter");
    await serial.waitFor(/> rpool {2}on vda/);
    serial.press("enter");
    await serial.waitForLog(/Type yes:/);
    serial.type("yes\r");
    await serial.waitForLog(/Enter passphrase/);
    await answer(vm, passphrase, /Type exit to leave it/);
    expect(await ask(vm, "grep ' / ' /proc/mounts; ls /boot /nix/var/nix/profiles")).toMatch(
      /rpool\/local\/root \/ zfs[\s\S]*EFI[\s\S]*system-1-link/,
    );
    serial.type("exit\r");
    await serial.waitForLog(/Pool rpool is exported/);
    serial.type("\r");
    await serial.waitFor(/> rpool/);
    serial.press("?");
    await serial.waitFor(/A shell opens inside of it/);
  });
});
