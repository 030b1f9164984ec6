import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { Vm } from "../../qemu/vm.ts";
import { GiB } from "../../tui/base/bytes.ts";
import { buildFixture } from "../fixtures/build.ts";
import { serveDemo } from "./demo.ts";
import { begin, walkToReview } from "./guide.ts";
import { bootFromDisks, directoryOf, isFull } from "./harness.ts";
import { withRescue } from "./rescue.ts";
import { freePort } from "./ssh.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { workstationNix } from "./workstation-nix.ts";

const top = resolve(import.meta.dirname, "../..");
const byDhcp = "udhcpc -i eth0 -b -s /etc/udhcpc >/dev/null 2>&1";
const disks = [{ size: 8 * GiB }];
const minutes = 60_000;

interface Deployed {
  readonly vm: Vm;
  /** Starts scripts/deploy on a terminal; more arguments than the host. */
  readonly deploy: (...argv: string[]) => Terminal;
  /** ssh's words to the machine as root, with its host key pinned. */
  readonly ssh: readonly string[];
}

/** A machine in a rescue system, and a workstation that knows its host key as ssh does: by known_hosts. */
async function inRescue(
  name: string,
  parameters: string,
  body: (at: Deployed) => Promise<void>,
): Promise<{
  port: number;
  deploy: Deployed["deploy"];
  running: () => Terminal | undefined;
  close: () => Promise<void>;
}> {
  const port = await freePort();
  const home = `${directoryOf(name)}-workstation`;
  const keys = `${directoryOf(name)}-keys`;
  await rm(home, { recursive: true, force: true });
  await mkdir(join(home, "bundle"), { recursive: true });
  const options = [
    "-F",
    "none",
    "-i",
    join(keys, "client"),
    "-o",
    `UserKnownHostsFile=${join(keys, "known_hosts")}`,
  ];
  const checks = ["-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes", "-p", String(port)];
  let started = 0;
  let running: Terminal | undefined;
  const deploy = (...argv: string[]) => {
    const log = join(home, `deploy-${++started}.log`);
    const append = ["--append", parameters];
    running = openTerminal(
      [join(top, "scripts/deploy"), ...options, ...checks, ...append, ...argv, "root@127.0.0.1"],
      { log },
    );
    return running;
  };
  const machine = { name, memory: GiB, disks, forward: [{ host: port, guest: 22 }] };
  await withRescue({ ...machine, network: byDhcp, address: "127.0.0.1", port }, async (vm, client) => {
    await client.waitFor("ID=debian");
    await body({ vm, deploy, ssh: ["ssh", ...options, ...checks, "root@127.0.0.1"] });
    await vm.exited;
  });
  return { port, deploy, running: () => running, close: async () => running?.kill() };
}

/** Boots what was installed, where the deployment waits for it. */
async function bootInstalled(name: string, port: number, waiting: Terminal): Promise<void> {
  await bootFromDisks({ name, disks, forward: [{ host: port, guest: 22 }] }, async (vm) => {
    await vm.serial.waitForLog(/fixture ready/);
    const code = await waiting.exited;
    expect(waiting.line.sent()).toMatch(/answers on ssh\. Done/);
    expect(code).toBe(0);
  });
}

test("scripts/deploy by answers: from a rescue system to the installed one; cut off, and run again", async () => {
  const name = "deploy-answers";
  const demo = await serveDemo();
  const answers = `${directoryOf(name)}-answers.yaml`;
  try {
    const { port, running } = await inRescue(name, demo.parameters, async ({ vm, deploy, ssh }) => {
      const key = (await readFile(`${directoryOf(name)}-keys/client.pub`, "utf8")).trim();
      await writeFile(
        answers,
        `version: 1\ndisks:\n  - count: 1\n    serial: DABEI0001\nflake:\n  host: demo\nsystem:\n  authorizedKeys: ["${key}"]\n`,
      );
      const first = deploy("--answers", answers);
      await first.line.waitForLog(/machine will boot into nixos/, { timeout: 10 * minutes });
      expect(first.line.sent()).toMatch(/sent [\d.]+ MiB in /);
      await first.line.waitForLog(/\d+\/\d+ build system/, { timeout: 15 * minutes });
      // The workstation's line is cut. The installation does not mind.
      first.kill();
      await first.exited;

      // The serial line and two logins show the same installation.
      const logins = [1, 2].map((number) =>
        openTerminal([...ssh.slice(0, -1), "-t", ssh.at(-1)!], {
          log: `${directoryOf(name)}-login-${number}.log`,
        }),
      );
      for (const login of logins) await login.line.waitFor(/Installing demo/, { timeout: 5 * minutes });
      await vm.serial.waitForLog(/nix-dabei \d\d:\d\d:\d\d +\d+\/\d+ /);
      for (const login of logins) login.kill();

      const second = deploy("--answers", answers);
      await second.line.waitForLog(/answers: nix-dabei, (has )?install/, { timeout: 5 * minutes });
    });
    await bootInstalled(name, port, running()!);
    // Once more, when all is done: nothing is done.
  } finally {
    await demo.close();
  }
});

test.runIf(isFull)(
  "scripts/deploy guided, built on the workstation: keys typed through ssh, to the installed system",
  async () => {
    const name = "deploy-guided";
    const { directory } = await buildFixture();
    const bin = await workstationNix(`${directoryOf(name)}-nix`);
    const before = process.env.PATH;
    process.env.PATH = `${bin}:${before}`;
    // A reference that only the workstation can read.
    const offer = `dabei.flake=tarball+file://${directory}/demo.tar.gz`;
    try {
      const { port, running } = await inRescue(name, offer, async ({ vm, deploy }) => {
        const terminal = deploy("--build", "local");
        const through: Vm = { ...vm, serial: terminal.line };
        await terminal.line.waitForLog(/Install NixOS on ZFS/, { timeout: 20 * minutes });
        await walkToReview(through, { serials: ["DABEI0001"] });
        await begin(through);
        await vm.serial.waitFor(/Installing demo/, { timeout: 5 * minutes });
        await terminal.line.waitFor(/demo is installed/, { timeout: 30 * minutes });
        terminal.line.press("enter");
        const asked = await Promise.race([
          terminal.line.waitFor(/y\/n/).catch(() => ""),
          vm.exited.then(() => ""),
        ]);
        if (asked) terminal.line.press("y");
      });
      await bootInstalled(name, port, running()!);
    } finally {
      process.env.PATH = before;
    }
  },
);
