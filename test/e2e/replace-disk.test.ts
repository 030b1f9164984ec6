import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SerialLine } from "../../qemu/serial.ts";
import { serveDemo } from "./demo.ts";
import { directoryOf, isFull, withInstaller } from "./harness.ts";
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
import { openTerminal } from "./terminal.ts";

/** The commands of docs/boot.md, as they stand there; what a person fills in first is in `variables`. */
function recipe(variables: string): string {
  const page = readFileSync(new URL("../../docs/boot.md", import.meta.url), "utf8");
  const [, section = ""] = /\n### From this installer\n([\s\S]*?)\n### /.exec(page) ?? [];
  const [first = "", ...blocks] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, text]) => text ?? "",
  );
  const names = (text: string) => [...text.matchAll(/(\w+)=/g)].map(([, name]) => name);
  expect(names(first)).toEqual(names(variables));
  expect(blocks).toHaveLength(5);
  return ["set -eux", variables, ...blocks].join("\n");
}

const passphrase = "correct horse battery";

interface Replaced extends Pick<LayoutCase, "name" | "passphrase"> {
  readonly firmware: LayoutMachine["firmware"];
  readonly layout: Readonly<Record<string, unknown>>;
  /** With a BIOS the new name of the disk makes it another generation; under UEFI nothing in dabei.nix changes. */
  readonly generation: number;
  /** How often a passphrase is asked for while the disk is replaced. */
  readonly prompts: number;
}

test.runIf(isFull).each<Replaced>([
  { name: "plain-2", firmware: "bios", layout: {}, generation: 2, prompts: 0 },
  {
    ...{ name: "native-2", firmware: "bios", generation: 2, passphrase, prompts: 1 },
    layout: { encryption: "native", preset: "impermanence" },
  },
  {
    // The other member, the new one twice, and that it opens.
    ...{ name: "luks-2", firmware: "uefi", generation: 1, passphrase, prompts: 4 },
    layout: { encryption: "luks", swap: "128M" },
  },
])(
  "$firmware, $name: a dead disk is replaced by a blank one, which then starts the machine alone",
  { timeout: 3_600_000 },
  async ({ firmware, generation, prompts, ...rest }) => {
    const demo = await serveDemo();
    onTestFinished(demo.close);
    const one: LayoutCase = { ...rest, disks: 2, layout: { vdev: "mirror", ...rest.layout } };
    const name = `replace-disk-${one.name}`;
    const machine: LayoutMachine = { name, firmware, cases: [one], demo, keepDisks: true };
    const meanwhile = async ({ serial }: { serial: SerialLine }) => {
      if (!one.passphrase) return;
      await serial.waitForLog(/enter passphrase/i, { timeout: 600_000 });
      serial.type(`${one.passphrase}\r`);
    };
    expect(await installAll(machine)).toEqual(new Map());
    const found = await bootCase(machine, one, { keep: true, meanwhile }, async (vm) => {
      const [, id] = /by-partuuid\/([0-9a-f-]{34})02 on \/boot type vfat/.exec(vm.serial.sent()) ?? [];
      return { data: await writeData(vm), id };
    });

    const [dead, good] = disksOf(machine, one);
    if (!dead || !good) throw new Error("A mirror has two disks");
    await rm(dead.path);
    const disks = [{ ...dead, serial: "another" }, good];
    const ssh = await makeSsh(`${directoryOf(name)}-ssh`);
    // In the place of cache.nixos.org.
    const cache = `export NIX_CONFIG='substituters = ${demo.guestUrl}/cache\ntrusted-public-keys = ${demo.publicKey}'\n`;
    const options = {
      ...{ name, firmware, disks, flake: false as const },
      keepDisks: true,
      keepsDisks: true,
    };
    await withInstaller({ ...options, memory: 1280 * 1024 ** 2, ...ssh.options }, async () => {
      await ssh.waitUntilUp();
      const variables = `pool=${poolOf(one.name)} n=1 good=/dev/vdb new=/dev/vda host=demo`;
      await ssh.run("cat > /tmp/recipe", { input: cache + recipe(variables) });
      const log = join(directoryOf(name), "recipe.log");
      const [program = "", ...words] = ssh.argv;
      const { line } = openTerminal([program, "-tt", ...words, 'bash /tmp/recipe; echo "exit code $?"'], {
        log,
      });
      expect(await answerPrompts(line)).toBe(prompts);
      const said = line.sent();
      expect(said).toMatch(/exit code 0\s*$/);
      expect(said.split(/\r?\n/)).toContain(found.id);
      expect(said).toMatch(/resilvered \S+ in \S+ with 0 errors/);
      expect(said).toMatch(/state: ONLINE/);
    });

    const alone = { ...machine, keepDisks: false };
    await bootCase(alone, one, { without: [1], generation, meanwhile }, async (vm) => {
      expect(await readData(vm)).toBe(found.data);
    });
    for (const { path } of disks) await rm(path, { force: true });
  },
);

/** Types the passphrase whenever it is asked for, until all is done; answers how often that was. */
async function answerPrompts(line: SerialLine): Promise<number> {
  for (let count = 0, from = 0; ; ) {
    // cryptsetup forgets what came before it had made the terminal silent: that is seen, and typed once more.
    const asked = new RegExp(`(?:passphrase|Verify)[^\\n]*: ?$|${passphrase}|exit code \\d+\\r?\\n`, "i");
    const [text] = await line.waitForLog(asked, { from, timeout: 900_000 });
    if (text.startsWith("exit")) return count;
    if (text !== passphrase) count++;
    from = line.mark();
    line.type(`${passphrase}\r`);
  }
}
