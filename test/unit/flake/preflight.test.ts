import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import type { HostFacts } from "../../../tui/flake/facts.ts";
import { cacheFindings, type PreflightInput, parseDryRun, preflight } from "../../../tui/flake/preflight.ts";
import { noSystem } from "../../../tui/plan/system-choices.ts";
import { type Stubbed, stubExec } from "./stub-exec.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-preflight-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const host: HostFacts = {
  name: "web1",
  system: "x86_64-linux",
  disks: "none",
  hostId: null,
  hostname: "web1",
  zfsVersion: "2.3.4",
  stateVersion: "25.11",
  bootLoader: null,
  error: null,
};
const target = {
  drv: "/nix/store/a-system.drv",
  hostId: "8f2c41aa",
  hostname: "web1",
  grub: true,
  zfsVersion: "2.3.4",
  rootType: "zfs",
};
const fetched =
  "these 707 paths will be fetched (1945.60 MiB download, 6348.80 MiB unpacked):\n  /nix/store/a";

function run(change: {
  host?: Partial<HostFacts>;
  target?: Partial<typeof target> | { [key: string]: null };
  stubs?: Stubbed[];
  input?: Partial<PreflightInput>;
}) {
  const stubs = stubExec([
    ...(change.stubs ?? []),
    { command: " eval ", stdout: JSON.stringify({ ...target, ...change.target }) },
    { command: "--dry-run", stderr: fetched },
  ]);
  const input: PreflightInput = {
    choices: {
      disks: ["/dev/vda", "/dev/vdb"],
      flake: {
        reference: "github:a/b",
        host: "web1",
        substituters: [{ url: "https://c.example.org", publicKey: "c-1:Zk" }],
        zfsVersion: null,
      },
      system: { ...noSystem, hostId: "8f2c41aa" },
    },
    files: [{ name: "flake.nix", text: "{ }" }],
    host: { ...host, ...change.host },
    machine: { architecture: "x86_64", firmware: "uefi" },
    usable: 860 * GiB,
    ...change.input,
  };
  return preflight(input, stubs.exec, { directory: join(directory, "wrapper") }).then((result) => ({
    ...result,
    commands: stubs.commands,
    lines: result.findings.map(({ level, sentence }) => `${level}: ${sentence}`),
  }));
}

describe("preflight", () => {
  test("all is well", async () => {
    const { lines, commands, toplevel, download, unpacked } = await run({});
    expect(lines).toEqual([
      "ok: Evaluates with this layout.",
      "ok: Boot loader GRUB on all 2 disks, UEFI.",
      "ok: Host id 8f2c41aa: the first boot imports the pool without force.",
      "ok: ZFS 2.3.4 in the installed system.",
      "ok: 1.9 GiB to download, 6.2 GiB unpacked; the pool has 860.0 GiB.",
    ]);
    expect({ toplevel, download, unpacked }).toEqual({
      toplevel: target.drv,
      download: Math.round(1945.6 * MiB),
      unpacked: Math.round(6348.8 * MiB),
    });
    expect(readFileSync(`${directory}/wrapper/flake.nix`, "utf8")).toBe("{ }");
    expect(commands[0]).toContain(`path:${directory}/wrapper#nixosConfigurations."web1"`);
    expect(commands.every((command) => command.includes("extra-trusted-public-keys c-1:Zk"))).toBe(true);
  });

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
      { target: { grub: false } },
      "error: No boot loader is enabled, so the machine would not start. Set boot.loader.grub.enable = true.",
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
      "too large for the pool",
      { input: { usable: 4 * GiB } },
      "error: 1.9 GiB to download, 6.2 GiB unpacked: more than the pool's 4.0 GiB. Choose larger disks or another layout.",
    ],
  ])("%s", async (_name, change, line) => {
    expect((await run(change)).lines).toContain(line);
  });

  test("nix's own words come along", async () => {
    const stderr = "warning: x\nerror: undefined variable 'bogus'";
    const { findings } = await run({ stubs: [{ command: " eval ", exitCode: 1, stderr }] });
    expect(findings[0]?.raw).toBe(stderr);
  });
});

test.each([
  [fetched, { download: 2040109466, unpacked: 6657199309, builds: 0 }],
  [
    "this path will be fetched (0.01 MiB download, 12.00 KiB unpacked):",
    { download: 10486, unpacked: 12288, builds: 0 },
  ],
  [
    `these 4 derivations will be built:\n  /nix/store/a.drv\n${fetched}`,
    { download: 2040109466, unpacked: 6657199309, builds: 4 },
  ],
  ["this derivation will be built:\n  /nix/store/a.drv", { download: 0, unpacked: 0, builds: 1 }],
  ["", { download: 0, unpacked: 0, builds: 0 }],
])("parseDryRun %#", (stderr, sizes) => {
  expect(parseDryRun(stderr)).toEqual(sizes);
});

test.each([
  ["", []],
  [
    "warning: you don't have Internet access; disabling some network-dependent features",
    ["No network interface has an address, so nothing can be downloaded. Set up the network first."],
  ],
  [
    "warning: error: unable to download 'http://10.1.1.1:8080/nix-cache-info': Could not connect to server (7); retrying in 276 ms\nwarning: unable to download 'http://10.1.1.1:8080/nix-cache-info': Could not connect",
    ["The cache http://10.1.1.1:8080 cannot be reached: what only it has would be built on this machine."],
  ],
  [
    "warning: ignoring substitute for '/nix/store/a' from 'http://c', as it's not signed by any of the keys in 'trusted-public-keys'\nwarning: ignoring substitute for '/nix/store/b' from 'http://c', as it's not signed by any",
    [
      "What the cache http://c offers is signed by no trusted key and is not used: it would be built on this machine.",
    ],
  ],
])("cacheFindings %#", (stderr, sentences) => {
  expect(cacheFindings(stderr).map(({ sentence }) => sentence)).toEqual(sentences);
});
