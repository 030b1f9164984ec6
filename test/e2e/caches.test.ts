import { expect, test } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import { buildFixture } from "../fixtures/build.ts";
import { ballast, demoWith, narsByPath, put, removeStore, serveBallast } from "./caches.ts";
import { serveDemo } from "./demo.ts";
import { Gate } from "./gate.ts";
import { bootFromDisks, directoryOf, isFull, systemLine, withInstaller } from "./harness.ts";
import { installBy, makeSsh, type Ssh, saidBy } from "./ssh.ts";

const name = "caches";
const disks = [{ size: 4 * GiB }];
/** Leaves 400 MB of the pool to the store. */
const narrow = `datasets:
    - { name: root, mountpoint: / }
    - { name: nix, mountpoint: /nix }
    - { name: kept, refreservation: 2562M }`;

interface Cache {
  readonly url: string;
  readonly publicKey: string;
}

const answersFor = (reference: string, caches: readonly Cache[], layout = "") => `version: 1
disks:
  - { count: 1, serial: DABEI0001 }
layout:
  vdev: single
  espSize: 300M
  ${layout}
flake:
  reference: ${reference}
  host: demo
  substituters:
${caches.map(({ url, publicKey }) => `    - { url: "${url}", publicKey: "${publicKey}" }`).join("\n")}
`;

test.runIf(isFull)(
  "what is larger than the pool is refused before a write; a download that breaks off, a killed nix, a full pool and a network that is cut are told in words, and gone on from",
  async () => {
    const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
    const folder = `${directoryOf(name)}-served`;
    const gate = new Gate();
    const served = await serveDemo({ meddle: gate.meddle });
    const large = await serveBallast(folder);
    const nars = await narsByPath((await buildFixture()).directory);
    const own = { url: `${served.guestUrl}/cache`, publicKey: served.publicKey };

    await withInstaller({ name, memory: 1536 * MiB, disks, flake: false, ...ssh.options }, async (vm) => {
      await ssh.waitUntilUp();

      const packages = "environment.systemPackages = [ (import ../ballast.nix) ];";
      const host = `{ networking.hostName = "demo"; ${packages} }`;
      await put(folder, "large.tar.gz", await demoWith({ "ballast.nix": ballast, "hosts/demo.nix": host }));
      const cache = { url: `${large.guestUrl}/ballast`, publicKey: large.publicKey };
      const refused = await installBy(
        ssh,
        answersFor(`${large.guestUrl}/large.tar.gz`, [own, cache], narrow),
      );
      expect(refused).toMatch(/more than the \d+\.\d MiB that the pool has for it[\s\S]*ended with 1/);
      const [, unpacked, usable] =
        /\((\d+) bytes and 64 MiB for what is made here, of (\d+)\)/.exec(refused) ?? [];
      expect(Number(unpacked)).toBeGreaterThan(500_000_000);
      expect(Number(usable)).toBeLessThan(400 * MiB);
      expect(await saidBy(ssh, "blkid -p /dev/disk/by-id/virtio-DABEI0001")).toBe("ended with 2");

      const begin = () => installBy(ssh, answersFor(served.flake, [own]));
      await breakAndGoOn({ vm, ssh, gate, nars, begin });
    }).finally(async () => {
      await Promise.all([served.close(), large.close()]);
      await removeStore(folder);
    });

    await bootFromDisks({ name, disks }, async (vm) => {
      const line = await systemLine(vm);
      expect(line).toContain("host demo generation 1 root rpool/local/root (zfs)");
    });
  },
);

interface Installation {
  readonly vm: Vm;
  readonly ssh: Ssh;
  readonly gate: Gate;
  /** From store paths to the NARs of the cache. */
  readonly nars: ReadonlyMap<string, string>;
  readonly begin: () => Promise<string>;
}

/** One installation, which goes on after each thing that goes wrong. */
async function breakAndGoOn({ vm, ssh, gate, nars, begin }: Installation): Promise<void> {
  const run = (command: string) => saidBy(ssh, command);
  /** Those of the cache's NARs that are on the target, whole. */
  const kept = async () => {
    const paths = await run("nix --extra-experimental-features nix-command path-info --store /mnt --all");
    return paths.split("\n").flatMap((path) => nars.get(path) ?? []);
  };

  const firstHeld = gate.close(6);
  const first = begin();
  await firstHeld;
  await expect.poll(kept, { interval: 1000, timeout: 45_000 }).not.toEqual([]);
  gate.break();
  expect(await first).toMatch(
    /build system failed: The cache http:\/\/10\.0\.2\.2:\d+\/cache broke off in the middle of a download\. What was fetched is kept[\s\S]*ended with 1/,
  );
  const whole = await kept();
  const asked = gate.asked.length;
  const partitioned = "dabei log | grep -c ' [$] sgdisk '";
  const before = await run(partitioned);

  const secondHeld = gate.close();
  const second = run("dabei engine");
  await secondHeld;
  expect(await run("kill -KILL $(pgrep -f '[b]uild --store /mnt')")).toBe("ended with 0");
  expect(await second).toContain("ended with 1");
  gate.open();
  expect(await run("dabei status")).toContain("most likely the memory ran out");

  const thirdHeld = gate.close();
  const third = run("dabei engine");
  await thirdHeld;
  const room = "$(( $(zfs list -Hpo available rpool) - 4194304 ))";
  expect(await run(`zfs create -o mountpoint=none -o refreservation=${room} rpool/full`)).toBe(
    "ended with 0",
  );
  gate.open();
  expect(await third).toContain("ended with 1");
  expect(await run("dabei status")).toContain(
    "There is no space left where nix writes to: the pool when installing",
  );
  expect(await run("zfs destroy rpool/full")).toBe("ended with 0");

  const fourthHeld = gate.close();
  await ssh.run("setsid dabei engine > /root/engine 2>&1 < /dev/null &");
  await fourthHeld;
  await vm.qmp.execute("set_link", { name: "net", up: false });
  gate.open();
  await vm.serial.waitFor(
    (screen) =>
      /The cache http:\S+ (does not answer\.|cannot be|broke off)/.test(screen.replace(/\s+/g, " ")),
    { timeout: 900_000 },
  );
  await vm.qmp.execute("set_link", { name: "net", up: true });
  await ssh.waitUntilUp();
  expect(await run("dabei status")).toMatch(/The cache http:\S+ (does not answer|cannot be|broke off)/);

  expect(await run("dabei engine")).toBe("ended with 0");
  expect(await run("dabei status")).toContain("demo is installed");
  // Neither a disk nor a path is begun with again.
  expect(before).toContain("ended with 0");
  expect(await run(partitioned)).toBe(before);
  expect(gate.asked.slice(asked).filter((path) => whole.includes(path))).toEqual([]);
}
