import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import { espRoomFinding } from "../../../tui/flake/preflight/boot-loader.ts";
import { cacheFindings } from "../../../tui/flake/preflight/caches.ts";
import { type PreflightInput, preflight } from "../../../tui/flake/preflight/index.ts";
import { availableMemory, memoryFor, neededMemory } from "../../../tui/flake/preflight/memory.ts";
import { parseDryRun } from "../../../tui/flake/preflight/sizes.ts";
import type { Target } from "../../../tui/flake/preflight/target.ts";
import type { Expected } from "../../../tui/plan/expected.ts";
import { expectedWith } from "../plan/example.ts";
import { grub, lock, target } from "./samples.ts";
import { type Stubbed, stubExec } from "./stub-exec.ts";

const key = `c-1:${"Zk".repeat(21)}A=`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-preflight-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const expected = expectedWith({
  usable: 860 * GiB,
  caches: { substituters: [{ url: "https://c.example.org", publicKey: key }] },
});
const systemdBoot = { ...grub, grub: false, systemdBoot: true, limit: null };
const fetched =
  "these 707 paths will be fetched (1945.60 MiB download, 6348.80 MiB unpacked):\n  /nix/store/a";

function run(change: {
  host?: Partial<Expected["host"]>;
  target?: Partial<Target>;
  stubs?: Stubbed[];
  expected?: Partial<Expected>;
  input?: Partial<PreflightInput>;
  available?: number;
}) {
  const stubs = stubExec([
    ...(change.stubs ?? []),
    { command: "flake lock", effect: () => writeFileSync(`${directory}/wrapper/flake.lock`, lock) },
    { command: " eval ", stdout: JSON.stringify({ ...target, ...change.target }) },
    { command: "--dry-run", stderr: fetched },
    { command: "config show substituters", stdout: "https://c.example.org https://cache.nixos.org/" },
    { command: "path-info", stdout: '{"/nix/store/a":null}' },
    { command: "store verify" },
    { command: "store info" },
  ]);
  const input: PreflightInput = {
    expected: { ...expected, ...change.expected, host: { ...expected.host, ...change.host } },
    wrapper: { files: [{ name: "flake.nix", text: "{ }" }] },
    evaluation: 100 * MiB,
    ...change.input,
  };
  const options = {
    directory: join(directory, "wrapper"),
    available: async () => change.available ?? 5 * GiB,
  };
  return preflight(input, stubs.exec, options).then((result) => ({
    ...result,
    commands: stubs.commands,
    lines: result.findings.map(({ level, sentence }) => `${level}: ${sentence}`),
  }));
}

describe("preflight", () => {
  test("all is well", async () => {
    const { lines, commands, toplevel, download, unpacked, ...found } = await run({});
    expect(lines).toEqual([
      "ok: Evaluates with this layout: about 464.0 MiB of memory, 5.0 GiB are free.",
      "ok: Boot loader GRUB on all 2 disks, UEFI.",
      "ok: Host id 8f2c41aa: the first boot imports the pool without force.",
      "ok: ZFS 2.3.4, kernel 6.12.1 in the installed system.",
      "ok: 1.9 GiB to download, 6.2 GiB unpacked; the pool has 860.0 GiB; about 3 min at 100 Mbit/s.",
      "ok: ESP of 1.0 GiB: room for about 15 kernels with their initrds.",
    ]);
    expect({ toplevel, download, unpacked }).toEqual({
      toplevel: target.drv,
      download: Math.round(1945.6 * MiB),
      unpacked: Math.round(6348.8 * MiB),
    });
    expect(found.lock).toBe(lock);
    expect(readFileSync(`${directory}/wrapper/flake.nix`, "utf8")).toBe("{ }");
    expect(commands[0]).toContain(`flake lock --refresh path:${directory}/wrapper`);
    expect(commands[1]).toContain(`path:${directory}/wrapper#nixosConfigurations."web1"`);
    expect(commands.every((command) => command.includes(`extra-trusted-public-keys ${key}`))).toBe(true);
  });

  test("bytes are exact where every path's cache tells them", async () => {
    const answer = { "/nix/store/a": { narSize: 28_282_392, downloadSize: 6_168_355 } };
    const stubs = [{ command: "path-info --store https://cache.nixos.org/", stdout: JSON.stringify(answer) }];
    expect(await run({ stubs })).toMatchObject({ download: 6_168_355, unpacked: 28_282_392 });
  });

  test.each([
    [{ exitCode: 2, stderr: "path '/nix/store/a' is untrusted" }, true],
    [{}, false],
  ])("a path that no trusted key has signed %#", async (answer, isTold) => {
    const info = { "/nix/store/a": { narSize: 2, downloadSize: 1 } };
    const stubs = [
      { command: "path-info --store https://c.example.org", stdout: JSON.stringify(info) },
      { command: "store verify --no-contents --store https://c.example.org /nix/store/a", ...answer },
    ];
    const { lines } = await run({ stubs });
    expect(
      lines.some((line) =>
        /^error: What the cache https:\/\/c\.example\.org offers is signed by no/.test(line),
      ),
    ).toBe(isTold);
  });

  test("a key that is none is named before nix is asked", async () => {
    const substituters = [{ url: "https://c.example.org", publicKey: "c-1:Zk" }];
    const { lines, commands } = await run({ expected: { caches: { substituters } } });
    expect(lines).toEqual([
      "error: The public key of the cache https://c.example.org is no key: c-1:Zk. It is NAME:BASE64, 44 characters after the colon, as the cache's owner publishes it.",
    ]);
    expect(commands).toEqual([]);
  });

  test("the flake's own files go where the wrapper looks for them", async () => {
    mkdirSync(join(directory, "source"), { mode: 0o755 });
    writeFileSync(join(directory, "source/flake.nix"), "{ outputs = _: { }; }", { mode: 0o444 });
    const tree = { from: join(directory, "source"), name: "machines" };
    await run({ input: { wrapper: { files: [], tree } } });
    const copy = `${directory}/wrapper/machines/flake.nix`;
    expect(readFileSync(copy, "utf8")).toBe("{ outputs = _: { }; }");
    // Whoever keeps it wants to change it.
    writeFileSync(copy, "{ }");
  });

  const bios = { architecture: "x86_64", firmware: "bios", efiVariables: false } as const;
  test.each<[string, Parameters<typeof run>[0], string]>([
    [
      "architecture",
      { host: { system: "aarch64-linux" } },
      "error: web1 is made for aarch64-linux, this machine is x86_64-linux. Choose another host.",
    ],
    [
      "does not evaluate",
      { stubs: [{ command: " eval ", exitCode: 1, stderr: "error: undefined variable 'bogus'" }] },
      "error: The variable bogus is not defined. Correct it, then try again.",
    ],
    [
      "systemd-boot gives way",
      { host: { bootLoader: "systemd-boot" } },
      "warning: The flake enables systemd-boot. GRUB takes its place here, as it can be on the ESP of every disk.",
    ],
    [
      "no boot loader",
      { target: { loader: { ...grub, grub: false } } },
      "error: No boot loader is enabled, so the machine would not start. Set boot.loader.grub.enable = true.",
    ],
    [
      "systemd-boot in a BIOS",
      { target: { loader: systemdBoot }, expected: { machine: bios } },
      "error: web1 starts by systemd-boot, which needs UEFI, and this machine was started by its BIOS. Switch the firmware to UEFI, or enable GRUB.",
    ],
    [
      "systemd-boot without an ESP",
      { target: { loader: { ...systemdBoot, espMount: "/efi" } } },
      "error: systemd-boot of web1 writes to /efi, and no file system is mounted there. Set boot.loader.efi.efiSysMountPoint to where the ESP is.",
    ],
    [
      "systemd-boot on one of two disks",
      { host: { way: "declared" }, target: { loader: systemdBoot } },
      "warning: systemd-boot is on the first disk alone: without that disk the machine does not start. With GRUB every disk could start it.",
    ],
    [
      "EFI variables that cannot be written",
      {
        target: { loader: { ...systemdBoot, touchesVariables: true } },
        expected: { machine: { architecture: "x86_64", firmware: "uefi", efiVariables: false } },
      },
      "warning: The host wants to set a boot entry in the firmware, which cannot be written here. The machine starts by EFI/BOOT/BOOTX64.EFI instead; set boot.loader.efi.canTouchEfiVariables = false.",
    ],
    [
      "GRUB for a BIOS under UEFI",
      { host: { way: "disko" }, target: { loader: { ...grub, grubEfi: false } } },
      'error: GRUB of web1 is set up for a BIOS, and this machine was started by UEFI. Set boot.loader.grub.efiSupport = true and devices = [ "nodev" ].',
    ],
    [
      "GRUB for UEFI in a BIOS",
      { host: { way: "disko" }, expected: { machine: bios } },
      "error: GRUB of web1 is written to no disk, and this machine was started by its BIOS. Set boot.loader.grub.devices, or switch the firmware to UEFI.",
    ],
    [
      "an unknown boot loader",
      { target: { loader: { ...grub, grub: false, other: true } } },
      "warning: web1 enables a boot loader that is not known here. Whether it fits is not checked.",
    ],
    [
      "another host id",
      { target: { hostId: "deadbeef" } },
      "error: The host evaluates to host id deadbeef, the pool is made under 8f2c41aa. Take the flake's own host id in the layout.",
    ],
    [
      "root is not ZFS",
      { target: { rootType: "ext4" } },
      "error: The root file system evaluates to ext4, not to ZFS. Remove it from the flake.",
    ],
    [
      "an older zfs",
      { target: { zfsVersion: "2.1.13" } },
      "ok: ZFS 2.1.13, kernel 6.12.1: the pool is limited to what it can read.",
    ],
    [
      "a kernel that zfs does not know",
      {
        stubs: [
          {
            command: " eval ",
            exitCode: 1,
            stderr:
              "error: Package ‘zfs-kernel-2.3.4-6.19.1’ in /nix/store/x-source/pkgs/os-specific/linux/zfs/generic.nix:325 is marked as broken, refusing to evaluate.",
          },
        ],
      },
      "error: The kernel 6.19.1 of the host is newer than its ZFS 2.3.4 supports. Choose an older kernel, boot.kernelPackages = pkgs.linuxPackages for instance.",
    ],
    [
      "an unfree package",
      {
        stubs: [
          {
            command: " eval ",
            exitCode: 1,
            stderr:
              "error: Package ‘steam-1.0’ in /nix/store/x-source/pkgs/steam.nix:3 has an unfree license (‘unfree’), refusing to evaluate.",
          },
        ],
      },
      "error: The package steam-1.0 has an unfree license, so nixpkgs refuses it. Allow it in the configuration, or remove it.",
    ],
    [
      "an insecure package",
      {
        stubs: [
          {
            command: " eval ",
            exitCode: 1,
            stderr:
              "error: Package ‘openssl-1.1.1w’ in /nix/store/x-source/pkgs/openssl.nix:3 is marked as insecure, refusing to evaluate.",
          },
        ],
      },
      "error: The package openssl-1.1.1w is marked as insecure, so nixpkgs refuses it. Allow it in the configuration, or remove it.",
    ],
    [
      "an input that cannot be fetched",
      {
        stubs: [
          {
            command: "flake lock",
            exitCode: 1,
            stderr:
              "error:\n       … while updating the flake input 'hardware'\n       … while fetching the input 'github:NixOS/nixos-hardware'\n       error: unable to download 'https://api.github.com/repos/x': Could not resolve hostname (6)",
          },
        ],
      },
      "error: The flake's input hardware (github:NixOS/nixos-hardware) cannot be fetched: api.github.com cannot be found: its name does not resolve. Check the network, then try again.",
    ],
    [
      "too large for the pool",
      { expected: { usable: 4 * GiB } },
      "error: 1.9 GiB to download, 6.2 GiB unpacked: more than the 4.0 GiB that the pool has for it (6657199309 bytes and 64 MiB for what is made here, of 4294967296). Choose larger disks or another layout.",
    ],
  ])("%s", async (_name, change, line) => {
    expect((await run(change)).lines).toContain(line);
  });

  test.each([
    [5 * GiB, "ok: disko's script, in memory: 1.5 MiB to download, 700.0 MiB unpacked."],
    [
      720 * MiB,
      "error: disko's script, in memory: 1.5 MiB to download, 700.0 MiB unpacked, and 720.0 MiB are free. Nothing else can hold it before the disks are made: add memory, or lay them out by hand and install into /mnt.",
    ],
  ])("what disko's script needs, with %i bytes of memory", async (available, line) => {
    const stderr = "these 7 paths will be fetched (1.50 MiB download, 700.00 MiB unpacked):\n  /nix/store/a";
    const { lines } = await run({
      host: { way: "disko" },
      target: { diskoScript: "/nix/store/d-disko.drv" },
      stubs: [{ command: "/nix/store/d-disko.drv^*", stderr }],
      available,
    });
    expect(lines).toContain(line);
  });

  test.each([
    ["of the script alone", "/nix/store/d-disko.drv^*"],
    ["of script and system, once", "--dry-run"],
  ])("a cache that is gone, %s", async (_name, command) => {
    const stderr =
      "warning: unable to download 'https://c.example.org/nix-cache-info': Could not connect (7)";
    const { lines } = await run({
      host: { way: "disko" },
      target: { diskoScript: "/nix/store/d-disko.drv" },
      stubs: [{ command, stderr }],
    });
    expect(lines.filter((line) => line.includes("cannot be reached"))).toEqual([
      expect.stringMatching(/^error: The cache https:\/\/c\.example\.org cannot be reached/),
    ]);
  });

  test("a root in RAM and disko's own are no fault", async () => {
    for (const way of ["declared", "disko"] as const) {
      const { lines } = await run({ host: { way }, target: { rootType: "tmpfs" } });
      expect(lines.filter((line) => line.startsWith("error"))).toEqual([]);
    }
  });

  test("nix's own words come along", async () => {
    const stderr = "warning: x\nerror: undefined variable 'bogus'";
    const { findings } = await run({ stubs: [{ command: " eval ", exitCode: 1, stderr }] });
    expect(findings[0]?.raw).toBe(stderr);
  });
});

describe("where memory is too small", () => {
  test("the host is checked after the erase, and that is said with the figures", async () => {
    const { lines, commands, lock, later } = await run({ available: 300 * MiB });
    expect(lines).toEqual([
      "warning: Evaluating the host takes about 464.0 MiB of memory, 300.0 MiB are free. The host is checked after the disks are erased instead, with all that nix fetches on them; what is wrong with it is found only then.",
    ]);
    expect(commands).toEqual([expect.stringContaining("store info --store https://c.example.org")]);
    expect({ lock, later }).toEqual({ lock: null, later: { system: "x86_64-linux", bootLoader: null } });
  });

  test("an answer file can refuse that", async () => {
    const { lines, later } = await run({ available: 300 * MiB, expected: { mayBeLate: false } });
    expect(lines).toEqual([
      "error: Evaluating the host takes about 464.0 MiB of memory, 300.0 MiB are free. `flake.smallMemory: stop` forbids to check the host after the disks are erased: free memory or add some, or leave that out.",
    ]);
    expect(later).toBeNull();
  });

  test("a cache that does not answer is told before the erase all the same", async () => {
    const stderr =
      "error: unable to download 'https://c.example.org/nix-cache-info': Could not connect to server (7)";
    const stubs = [{ command: "store info", exitCode: 1, stderr }];
    const { lines } = await run({ available: 300 * MiB, stubs });
    expect(lines).toContainEqual(
      expect.stringMatching(/^error: The cache https:\/\/c\.example\.org cannot be reached/),
    );
  });

  test.each([
    ["error: cannot allocate memory", 1],
    ["error: writing to file: No space left on device", 1],
    ["", 137],
  ])("nix ran out of it: %j %i", async (stderr, exitCode) => {
    const { lines, later } = await run({ stubs: [{ command: " eval ", exitCode, stderr }] });
    expect(lines).toEqual([
      expect.stringMatching(
        /^warning: The memory ran out while nix evaluated the host\. The host is checked after/,
      ),
    ]);
    expect(later).toBeTruthy();
  });

  test.each([
    [null, 900 * MiB],
    [16 * MiB, 128 * MiB],
    [400 * MiB, 900 * MiB],
  ])("an evaluation that allocated %j", (evaluation, needed) => {
    expect(neededMemory(evaluation)).toBe(needed);
  });

  test("what the kernel calls available", async () => {
    const file = join(directory, "meminfo");
    writeFileSync(file, "MemTotal:  1000 kB\nMemFree:  10 kB\nMemAvailable:    512 kB\n");
    expect(await availableMemory(file)).toBe(512 * 1024);
    expect(await availableMemory(`${file}.none`)).toBeNull();
    // A borrowed nix needs none of it.
    expect(await availableMemory(file, file)).toBeNull();
    expect(memoryFor(MiB, null).isEnough).toBe(true);
  });
});

test.each([
  [GiB, null, 100, "ok: ESP of 1.0 GiB: room for about 15 kernels with their initrds."],
  [
    300 * MiB,
    12 * MiB,
    100,
    "warning: An ESP of 300.0 MiB has room for about 4 kernels with their initrds, and the host keeps 100 generations. Choose a larger ESP, or set configurationLimit = 4.",
  ],
  [300 * MiB, null, 3, "ok: ESP of 300.0 MiB: room for about 4 kernels with their initrds."],
  [
    300 * MiB,
    null,
    null,
    "warning: An ESP of 300.0 MiB has room for about 4 kernels with their initrds, and the host keeps all generations. Choose a larger ESP, or set configurationLimit = 4.",
  ],
  [
    64 * MiB,
    null,
    null,
    "error: An ESP of 64.0 MiB has no room for a kernel with its initrd. Choose a larger one in the layout.",
  ],
] as const)("room on an ESP %#", (size, kernel, limit, line) => {
  const { level, sentence } = espRoomFinding(size, kernel, limit);
  expect(`${level}: ${sentence}`).toBe(line);
});

test.each([
  [fetched, { download: 2040109466, unpacked: 6657199309, builds: 0, paths: ["/nix/store/a"] }],
  [
    "this path will be fetched (0.01 MiB download, 12.00 KiB unpacked):",
    { download: 10486, unpacked: 12288, builds: 0, paths: [] },
  ],
  [
    `these 4 derivations will be built:\n  /nix/store/a.drv\n${fetched}\nwarning: x`,
    { download: 2040109466, unpacked: 6657199309, builds: 4, paths: ["/nix/store/a"] },
  ],
  ["this derivation will be built:\n  /nix/store/a.drv", { download: 0, unpacked: 0, builds: 1, paths: [] }],
  ["", { download: 0, unpacked: 0, builds: 0, paths: [] }],
])("parseDryRun %#", (stderr, sizes) => {
  expect(parseDryRun(stderr)).toEqual(sizes);
});

const named = { substituters: [{ url: "http://c", publicKey: "c-1:Zk" }] };
const gone =
  "warning: error: unable to download 'http://10.1.1.1:8080/nix-cache-info': Could not connect to server (7); retrying in 276 ms\nwarning: unable to download 'http://10.1.1.1:8080/nix-cache-info': Could not connect";
const unsigned =
  "warning: ignoring substitute for '/nix/store/a' from 'http://c', as it's not signed by any of the keys in 'trusted-public-keys'\nwarning: ignoring substitute for '/nix/store/b' from 'http://c', as it's not signed by any";

test.each([
  ["", named, []],
  [
    "warning: you don't have Internet access; disabling some network-dependent features",
    named,
    ["warning: No network interface has an address, so nothing can be downloaded. Set up the network first."],
  ],
  [
    gone,
    named,
    [
      "warning: The cache http://10.1.1.1:8080 cannot be reached: what only it has would be built on this machine.",
    ],
  ],
  [
    gone,
    { substituters: [{ url: "http://10.1.1.1:8080/cache", publicKey: "c-1:Zk" }] },
    [
      "error: The cache http://10.1.1.1:8080 cannot be reached: what only it has would be built on this machine. b goes on without it, and builds; in an answer file that is `flake.missingCache: build`.",
    ],
  ],
  [
    unsigned,
    named,
    [
      "error: What the cache http://c offers is signed by no trusted key and is not used: it would be built on this machine. b goes on without it, and builds; in an answer file that is `flake.missingCache: build`.",
    ],
  ],
  [
    unsigned,
    { ...named, missingCache: "build" as const },
    [
      "warning: What the cache http://c offers is signed by no trusted key and is not used: it would be built on this machine.",
    ],
  ],
])("cacheFindings %#", (stderr, wishes, sentences) => {
  const findings = cacheFindings(stderr, [], wishes);
  expect(findings.map(({ level, sentence }) => `${level}: ${sentence}`)).toEqual(sentences);
});
