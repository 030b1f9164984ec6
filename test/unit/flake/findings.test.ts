import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import type { Exec } from "../../../tui/base/exec.ts";
import { withHost } from "../../../tui/flake/chosen-host.ts";
import { checkHost } from "../../../tui/flake/preflight/host.ts";
import { preflight } from "../../../tui/flake/preflight/index.ts";
import { preflightInput } from "../../../tui/flake/preflight/input.ts";
import { probeHost } from "../../../tui/flake/probe.ts";
import type { Machine } from "../../../tui/machine/machine.ts";
import type { Choices } from "../../../tui/plan/choices.ts";
import type { Expected } from "../../../tui/plan/expected.ts";
import { type Evaluator, evaluator, nixRoot } from "../fixtures/nix.ts";
import { choicesFor, recorded } from "../plan/example.ts";

/** What is different from the demo host on two disks with UEFI, where all is well. */
interface Case {
  /** In the place of hosts/demo.nix, or of the host of "ways" that is named. */
  readonly module?: string;
  readonly flake?: "declared" | "disko";
  /** Files in the place of the demo flake's. */
  readonly files?: Readonly<Record<string, string>>;
  readonly machine?: Partial<Machine>;
  readonly choices?: Parameters<typeof choicesFor>[1];
  readonly flakeChoices?: Partial<Choices["flake"]>;
  readonly expected?: Partial<Expected>;
  readonly available?: number;
}

const root = nixRoot();
let nix: Evaluator;
// Nobody waits here for a server to come back.
const exec: Exec = (argv, options) => nix.exec([...argv, "--option", "download-attempts", "1"], options);
let cases = 0;

/** What nix itself and the preflight find: "error: …". */
async function findings(change: Case): Promise<string[]> {
  const machine = { ...recorded("qemu-two-disks"), ...change.machine };
  const place = join(await nix.place(), `../../case-${++cases}`);
  const file = change.flake ? `hosts/${change.flake}.nix` : "hosts/demo.nix";
  await nix.copy(change.flake ? "ways" : "demo", place, {
    ...(change.module === undefined ? {} : { [file]: change.module }),
    ...change.files,
  });
  const wanted = choicesFor(machine, change.choices);
  const name = change.flakeChoices?.host ?? change.flake ?? "demo";
  const host = await probeHost(`path:${place}`, name, exec, {});
  const named: Choices = {
    ...wanted,
    flake: { ...wanted.flake, reference: `path:${place}`, ...change.flakeChoices },
  };
  const chosen = withHost(named, host, { tree: { path: place, dir: "" } });
  const { input, issues } = preflightInput(machine, chosen, host);
  if (!input) return issues.map(({ message, severity }) => `${severity}: ${message}`);
  const found = await preflight({ ...input, expected: { ...input.expected, ...change.expected } }, exec, {
    directory: `${place}-preflight`,
    available: async () => change.available ?? 8 * GiB,
  });
  return found.findings.map(({ level, sentence }) => `${level}: ${sentence}`);
}

const bios = { firmware: "bios", efiVariables: false } as const;
const refused = (words: string) =>
  `{ networking.hostName = "demo"; environment.systemPackages = [ (throw "Package ${words}, refusing to evaluate.") ]; }`;
/** A host of "ways" with another boot loader. */
const declared = (loader: string) => `{ lib, ... }: {
  networking.hostId = "cafe0123";
  fileSystems."/" = { device = "tank/root"; fsType = "zfs"; };
  fileSystems."/boot" = { device = "/dev/disk/by-label/BOOT"; fsType = "vfat"; };
  boot.loader = { grub.enable = false; ${loader} };
}`;
const disko = (grub: string) => `{
  networking.hostId = "d15c0123";
  disko.devices.disk.main = {
    device = "/dev/sda";
    content = { type = "gpt"; partitions.zfs = { size = "100%"; content = { type = "zfs"; pool = "zroot"; }; }; };
  };
  disko.devices.zpool.zroot.datasets.root = { type = "zfs_fs"; mountpoint = "/"; options.mountpoint = "legacy"; };
  boot.loader.grub = { enable = true; ${grub} };
}`;

describe.skipIf(root === undefined)(
  "each finding, by nix itself (needs nix unpacked by scripts/build)",
  { timeout: 300_000 },
  () => {
    beforeAll(async () => {
      nix = await evaluator(root!);
    });
    afterAll(() => nix.close());

    test("where all is well", async () => {
      const lines = await findings({});
      expect(lines.filter((line) => !line.startsWith("ok"))).toEqual([]);
      expect(lines).toEqual([
        expect.stringMatching(
          /^ok: Evaluates with this layout.*: about \d+\.\d MiB of memory, 8\.0 GiB are free\.$/,
        ),
        "ok: Boot loader GRUB on all 2 disks, UEFI.",
        "ok: Host id 8f2c41aa: the first boot imports the pool without force.",
        "ok: ZFS 2.3.9, kernel 6.12.1 in the installed system.",
        expect.stringMatching(/^ok: 0 B to download, 0 B unpacked, \d+ to build; the pool has /),
        "ok: ESP of 1.0 GiB: room for about 15 kernels with their initrds.",
      ]);
    });

    test.each<[string, Case, RegExp]>([
      ["the host is not there", { expected: { host: { name: "gone", system: null, bootLoader: null, way: "generated" } } }, /^error: The flake has no host gone\. Choose one of its hosts\./],
      ["it does not evaluate with the module", { module: '{ fileSystems."/boot" = { device = "x"; fsType = "ext4"; }; }' }, /^error: The option fileSystems\./],
      ["another architecture", { flakeChoices: { host: "arm" } }, /^error: arm is made for aarch64-linux, this machine is x86_64-linux\. Choose another host\./],
      ["an assertion that fails", { module: '{ assertions = [ { assertion = false; message = "services.web needs a certificate"; } ]; }' }, /^error: The host's own checks fail: services\.web needs a certificate\. Correct/],
      ["a value that throws", { module: '{ networking.hostName = throw "the secrets are not decrypted"; }' }, /^error: nix stops with: the secrets are not decrypted/],
      ["an unknown option", { module: "{ services.opensh.enable = true; }" }, /^error: The option services\.opensh does not exist \(set in .*demo\.nix\)\. Did you mean services\.openssh\?/],
      ["no boot loader", { module: "{ lib, ... }: { boot.loader.grub.enable = lib.mkVMOverride false; }" }, /^error: No boot loader is enabled, so the machine would not start/],
      ["systemd-boot that gives way to GRUB", { module: "{ boot.loader.systemd-boot.enable = true; }" }, /^warning: The flake enables systemd-boot\. GRUB takes its place here/],
      ["systemd-boot in a BIOS", { flake: "declared", module: declared("systemd-boot.enable = true;"), machine: bios }, /^error: declared starts by systemd-boot, which needs UEFI, and this machine was started by its BIOS/],
      ["systemd-boot whose ESP is mounted elsewhere", { flake: "declared", module: declared('systemd-boot.enable = true; efi.efiSysMountPoint = "/elsewhere";') }, /^error: systemd-boot of declared writes to \/elsewhere, and no file system is mounted there/],
      ["systemd-boot on one of two disks", { flake: "declared", module: declared("systemd-boot.enable = true;") }, /^warning: systemd-boot is on the first disk alone/],
      ["EFI variables that cannot be written", { flake: "declared", module: declared("systemd-boot.enable = true; efi.canTouchEfiVariables = true;"), machine: { efiVariables: false } }, /^warning: The host wants to set a boot entry in the firmware/],
      ["a boot loader that is not known", { flake: "declared", module: declared("external.enable = true;") }, /^warning: declared enables a boot loader that is not known here/],
      ["GRUB of a BIOS with UEFI", { flake: "disko", module: disko('devices = [ "/dev/sda" ];'), choices: { disks: ["/dev/vda"] } }, /^error: GRUB of disko is set up for a BIOS, and this machine was started by UEFI/],
      ["GRUB of UEFI in a BIOS", { flake: "disko", machine: bios, choices: { disks: ["/dev/vda"] } }, /^error: GRUB of disko is written to no disk, and this machine was started by its BIOS/],
      ["disko's script", { flake: "disko", choices: { disks: ["/dev/vda"] } }, /^ok: disko's script, in memory: 0 B to download, 0 B unpacked\.$/],
      ["disko's script that does not evaluate", { flake: "disko", module: disko("").replace(/\}$/, 'system.build.diskoScript = throw "no such disk type"; }'), choices: { disks: ["/dev/vda"] } }, /^error: nix stops with: no such disk type/],
      ["another host id", { module: '{ config, lib, ... }: { networking.hostId = lib.mkIf (config.fileSystems ? "/") (lib.mkVMOverride "00000001"); }' }, /^error: The host evaluates to host id 00000001, the pool is made under 8f2c41aa/],
      ["no host id", { module: "{ lib, ... }: { networking.hostId = lib.mkVMOverride null; }" }, /^error: The host's own checks fail: ZFS requires networking\.hostId to be set/],
      ["a root that is not on ZFS", { module: '{ config, lib, ... }: { fileSystems = lib.mkIf (config.networking.hostId != null) { "/".fsType = lib.mkVMOverride "ext4"; }; }' }, /^error: The root file system evaluates to ext4, not to ZFS/],
      ["an older ZFS", { module: '{ pkgs, ... }: { boot.zfs.package = pkgs.zfs // { version = "2.1.13"; }; }' }, /^ok: ZFS 2\.1\.13, kernel 6\.12\.1: the pool is limited to what it can read\./],
      ["a kernel that ZFS does not know", { module: refused("‘zfs-kernel-2.3.9-6.19.1’ in zfs/generic.nix:325 is marked as broken") }, /^error: The kernel 6\.19\.1 of the host is newer than its ZFS 2\.3\.9 supports/],
      ["an unfree package", { module: refused("‘steam-1.0’ in steam.nix:3 has an unfree license (‘unfree’)") }, /^error: The package steam-1\.0 has an unfree license/],
      ["an insecure package", { module: refused("‘openssl-1.1.1w’ in openssl.nix:3 is marked as insecure") }, /^error: The package openssl-1\.1\.1w is marked as insecure/],
      ["an ESP that is too small", { expected: { espSize: 64 * MiB } }, /^error: An ESP of 64\.0 MiB has no room for a kernel/],
      ["an ESP for few generations", { choices: { layout: { espSize: 300 * MiB } } }, /^warning: An ESP of 300\.0 MiB has room for about 4 kernels/],
      ["memory that is too small", { available: 20 * MiB }, /^warning: Evaluating the host takes about \d+\.\d MiB of memory, 20\.0 MiB are free\. The host is checked after the disks are erased/],
    ])("%s", async (_name, change, line) => {
      expect(await findings(change)).toContainEqual(expect.stringMatching(line));
    }); // biome-ignore format: a table

    test("with the store of a target, the derivations are there and nowhere else", async () => {
      const place = join(await nix.place(), "../../on-target");
      const target = `${place}-mnt`;
      await nix.copy("demo", `${place}/machines`, {});
      const machine = recorded("qemu-two-disks");
      const host = await probeHost(`path:${place}/machines`, "demo", exec, {});
      const choices = choicesFor(machine, { system: { hostId: "0ddba11e" } });
      const chosen = withHost(choices, host, { tree: { path: place, dir: "" } });
      const { input } = preflightInput(
        machine,
        { ...chosen, flake: { ...chosen.flake, host: "demo" } },
        host,
      );
      for (const { name, text } of input?.wrapper.files ?? []) await writeFile(join(place, name), text);
      const found = await checkHost(input!.expected, place, exec, { store: target });
      expect(found.findings.filter(({ level }) => level === "error")).toEqual([]);
      expect(existsSync(join(target, found.toplevel!))).toBe(true);
      expect(existsSync(join(nix.store, found.toplevel!))).toBe(false);
      expect(JSON.parse(found.lock!)).toMatchObject({ root: "root" });
    });

    test("an input that cannot be fetched, by name", async () => {
      const flake = `{
        inputs.nixpkgs.url = "path:./nixos";
        inputs.hardware.url = "http://127.0.0.1:9/hardware.tar.gz";
        outputs = { nixpkgs, hardware, ... }: { nixosConfigurations.demo = nixpkgs.lib.nixosSystem { modules = [ hardware.x ]; }; };
      }`;
      const lines = await findings({ files: { "flake.nix": flake } });
      expect(lines).toContainEqual(
        expect.stringMatching(
          /^error: The flake's input hardware .*cannot be fetched: 127\.0\.0\.1 cannot be reached/,
        ),
      );
    });
  },
);

describe.skipIf(root === undefined)("caches, by nix itself", { timeout: 300_000 }, () => {
  const ballast = `derivation {
    name = "ballast";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo heavy > $out" ];
  }`;
  const name = "cache-1";
  const size = 30 * MiB;
  let signed: { url: string; publicKey: string };
  let payload: string;
  let other: string;

  beforeAll(async () => {
    nix = await evaluator(root!);
    // The kernel of the fixture is a file of a size that is worth counting, and is in a cache.
    const directory = join(await nix.place(), "../../payload/linux");
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "bzImage"), Buffer.alloc(size));
    const { stdout: path } = await nix.exec(["nix", "store", "add", "--name", "linux", directory]);
    const { stdout: hash } = await nix.exec(["nix", "hash", "path", "--sri", "--type", "sha256", directory]);
    const secret = async () => (await nix.exec(["nix", "key", "generate-secret", "--key-name", name])).stdout;
    const publicOf = async (input: string) =>
      (await nix.exec(["nix", "key", "convert-secret-to-public"], { input })).stdout;
    const [key, another] = [await secret(), await secret()];
    await writeFile(`${directory}.key`, key);
    const url = `file://${directory}-cache`;
    await nix.exec(["nix", "copy", "--to", `${url}?secret-key=${directory}.key`, path]);
    // What is named by its contents needs no signature; this one does.
    await writeFile(`${directory}.nix`, ballast);
    const shell = ["--option", "sandbox-paths", `/bin/sh=${root}/usr/bin/busybox`];
    const built = await nix.exec([
      "nix",
      "build",
      "--no-link",
      "--print-out-paths",
      "--impure",
      ...shell,
      "--file",
      `${directory}.nix`,
    ]);
    await nix.exec(["nix", "copy", "--to", `${url}?secret-key=${directory}.key`, built.stdout]);
    await nix.exec(["nix", "store", "delete", path, built.stdout]);
    signed = { url, publicKey: await publicOf(key) };
    other = await publicOf(another);
    payload = await nix.payloadWith({ linux: hash });
  }, 300_000);
  afterAll(() => nix.close());

  const withCache = (substituter: { url: string; publicKey: string }, change: Case = {}) =>
    findings({
      ...change,
      files: { "nixos/payload.json": payload, "ballast.nix": ballast },
      module: "{ environment.systemPackages = [ (import ../ballast.nix) ]; }",
      flakeChoices: { substituters: [substituter], ...change.flakeChoices },
    });

  test("what is to be fetched is counted to the byte", async () => {
    const lines = await withCache(signed);
    expect(lines.filter((line) => line.startsWith("error"))).toEqual([]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^ok: \S+ \S+ to download, 30\.0 MiB unpacked, \d+ to build/),
    );
    // 30 MiB of kernel and 48 of initrd, 13 times.
    expect(lines).toContain("ok: ESP of 1.0 GiB: room for about 13 kernels with their initrds.");
  });

  test("more than the pool has is refused with exact numbers", async () => {
    const lines = await withCache(signed, { expected: { usable: 80 * MiB } });
    const nar = size + 280 + 120;
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^error: .* 30\\.0 MiB unpacked.*: more than the 80\\.0 MiB that the pool has for it \\(${nar} bytes and 64 MiB for what is made here, of 83886080\\)`,
        ),
      ),
    );
  });

  test.each([
    ["a wrong key of the right name", () => other],
    ["a wrong key of another name", () => other.replace(name, "else-1")],
  ])("%s", async (_name, publicKey) => {
    const lines = await withCache({ ...signed, publicKey: publicKey() });
    expect(lines).toContain(
      `error: What the cache ${signed.url} offers is signed by no trusted key and is not used: it would be built on this machine. b goes on without it, and builds; in an answer file that is \`flake.missingCache: build\`.`,
    );
    const going = await withCache(
      { ...signed, publicKey: publicKey() },
      { flakeChoices: { missingCache: "build" } },
    );
    expect(going).toContainEqual(
      expect.stringMatching(/^warning: What the cache .* offers is signed by no trusted key/),
    );
  });

  test("a cache that is gone", async () => {
    const lines = await withCache({ ...signed, url: "http://127.0.0.1:9/cache" });
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^error: The cache http:\/\/127\.0\.0\.1:9\/cache cannot be reached: what only it has would be built/,
      ),
    );
  });

  test("it is told also where memory is too small to evaluate", async () => {
    const lines = await withCache({ ...signed, url: "http://127.0.0.1:9/cache" }, { available: 20 * MiB });
    expect(lines.map((line) => line.slice(0, 40))).toEqual([
      "warning: Evaluating the host takes about",
      "error: The cache http://127.0.0.1:9/cach",
    ]);
  });
});
