import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveDirectory } from "../../qemu/serve.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { demoWith } from "./caches.ts";
import { bootFromDisks, directoryOf, systemLine, withInstaller } from "./harness.ts";
import { installBy, makeSsh, saidBy } from "./ssh.ts";

const name = "small-memory";

/** A host that is expensive to ask. */
const host = (loader: string) => `{ lib, ... }: {
  networking.hostName = builtins.seq (builtins.foldl' (sum: n: sum + builtins.stringLength (toString n)) 0 (builtins.genList (n: n) 400000)) "demo";
  ${loader}
}`;
const noLoader = "boot.loader.grub.enable = lib.mkVMOverride false;";

const answersFor = (reference: string, more = "") => `version: 1
disks:
  - { count: 1, serial: DABEI0001 }
layout: { vdev: single }
flake: { reference: "${reference}", host: demo${more} }
`;

test("where memory is too small the host is checked on the target, or not at all; what is wrong lets go of it, in words, and mended it is installed", async () => {
  const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
  const folder = `${directoryOf(name)}-served`;
  const serve = async (loader: string) =>
    writeFile(join(folder, "demo.tar.gz"), await demoWith({ "hosts/demo.nix": host(loader) }));
  await mkdir(folder, { recursive: true });
  const server = await serveDirectory(folder);
  const run = (command: string) => saidBy(ssh, command);

  const machine = { name, memory: 1536 * MiB, disks: [{ size: 8 * GiB }], ...ssh.options };
  await withInstaller(machine, async (vm) => {
    await ssh.waitUntilUp();
    await serve(noLoader);
    const kibibytes = "$(( $(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) - 300 * 1024 ))";
    expect(await run(`fallocate -l ${kibibytes}k /root/ballast`)).toBe("ended with 0");
    const reference = `${server.guestUrl}/demo.tar.gz`;
    expect(await installBy(ssh, answersFor(reference, ", smallMemory: stop"))).toMatch(
      /Evaluating the host takes about \d[^\n]* `flake\.smallMemory: stop` forbids to check the host after the disks are erased[\s\S]*ended with 1/,
    );
    expect(await run("blkid -p /dev/disk/by-id/virtio-DABEI0001")).toBe("ended with 2");

    const said = await installBy(ssh, answersFor(reference));
    expect(said).toMatch(
      /warning: Evaluating the host takes about \d+\.\d MiB of memory, \d+\.\d MiB are free\. The host is checked after the disks are erased/,
    );
    expect(said).toMatch(
      /check flake failed: No boot loader is enabled, so the machine would not start[^\n]*The disks are erased, with the empty pool rpool on them, exported[^\n]*try this step again: nothing is erased twice/,
    );
    expect(said).toContain("ended with 1");
    expect(await run("zpool list; zpool import; findmnt /mnt")).toMatch(
      /no pools available[\s\S]*pool: rpool[\s\S]*state: ONLINE[\s\S]*ended with 1/,
    );
    // So the person at the console reads.
    await vm.serial.waitFor((screen) => /No boot loader is enabled/.test(screen.replace(/\s+/g, " ")));

    await serve("");
    expect(await run("dabei engine")).toBe("ended with 0");
    expect(await run("dabei status; zpool list")).toMatch(/demo is installed[\s\S]*no pools available/);
  }).finally(server.close);
  await rm(folder, { recursive: true });
  await bootFromDisks({ name, disks: machine.disks }, async (vm) => {
    const line = await systemLine(vm);
    expect(line).toContain("host demo generation 1 root rpool/local/root (zfs)");
  });
});
