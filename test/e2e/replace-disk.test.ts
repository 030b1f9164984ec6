import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { serveDemo } from "./demo.ts";
import { directoryOf, withInstaller } from "./harness.ts";
import { readData, writeData } from "./installed.ts";
import {
  bootCase,
  disksOf,
  installAll,
  type LayoutCase,
  type LayoutMachine,
  poolOf,
} from "./layout-machine.ts";
import { makeSsh } from "./ssh.ts";

/** The commands of docs/boot.md, as they stand there; what a person fills in first is in `variables`. */
function recipe(variables: string): string {
  const page = readFileSync(new URL("../../docs/boot.md", import.meta.url), "utf8");
  const [, section = ""] = /\n### From this installer\n([\s\S]*?)\n### /.exec(page) ?? [];
  const [first = "", ...blocks] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, text]) => text ?? "",
  );
  const names = (text: string) => [...text.matchAll(/(\w+)=/g)].map(([, name]) => name);
  expect(names(first)).toEqual(names(variables));
  expect(blocks).toHaveLength(4);
  return ["set -eux", variables, ...blocks].join("\n");
}

// With a BIOS the new name of the disk makes it another generation; under UEFI nothing in dabei.nix changes.
test.runIf(process.env.DABEI_FULL === "1").each([
  ["bios", 2],
  ["uefi", 1],
] as const)(
  "%s: a dead disk is replaced by a blank one, which then starts the machine alone",
  { timeout: 3_600_000 },
  async (firmware, generation) => {
    const demo = await serveDemo();
    onTestFinished(demo.close);
    const one: LayoutCase = { name: "mirror-2", disks: 2, layout: { vdev: "mirror" } };
    const name = `replace-disk-${firmware}`;
    const machine: LayoutMachine = { name, firmware, cases: [one], demo, keepDisks: true };
    expect(await installAll(machine)).toEqual(new Map());
    const found = await bootCase(machine, one, { keep: true }, async (vm) => {
      const [, id] = /by-partuuid\/([0-9a-f-]{34})02 on \/boot type vfat/.exec(vm.serial.sent()) ?? [];
      return { data: await writeData(vm), id };
    });

    const [dead, good] = disksOf(machine, one);
    if (!dead || !good) throw new Error("A mirror has two disks");
    await rm(dead.path);
    const disks = [{ ...dead, serial: "another" }, good];
    const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
    // In the place of cache.nixos.org.
    const cache = `substituters = ${demo.guestUrl}/cache\ntrusted-public-keys = ${demo.publicKey}`;
    const options = {
      ...{ name, firmware, disks, flake: false as const },
      keepDisks: true,
      keepsDisks: true,
    };
    await withInstaller({ ...options, memory: 1280 * 1024 ** 2, ...ssh.options }, async () => {
      await ssh.waitUntilUp();
      const variables = `pool=${poolOf(one.name)} n=1 good=/dev/vdb new=/dev/vda host=demo`;
      const { stdout } = await ssh.run(`NIX_CONFIG='${cache}' bash 2>&1; echo "exit code $?"`, {
        input: recipe(variables),
      });
      expect(stdout, stdout).toMatch(/exit code 0\s*$/);
      expect(stdout.split("\n")).toContain(found.id);
      expect(stdout).toMatch(/resilvered \S+ in \S+ with 0 errors/);
      expect(stdout).toMatch(/state: ONLINE/);
    });

    const alone = { ...machine, keepDisks: false };
    await bootCase(alone, one, { without: [1], generation }, async (vm) => {
      expect(await readData(vm)).toBe(found.data);
    });
    for (const { path } of disks) await rm(path, { force: true });
  },
);
