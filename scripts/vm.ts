import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "../image/build.ts";
import { printProgress } from "../image/progress.ts";
import { qemuCommand } from "../qemu/command.ts";
import { findAccelerator, findUefi } from "../qemu/host.ts";
import { type VmOptions, withDefaults } from "../qemu/options.ts";
import { runOnTerminal } from "../qemu/vm.ts";
import { serveDemo } from "../test/e2e/demo.ts";
import { formatBytes } from "../tui/base/bytes.ts";
import { shellQuote } from "../tui/base/exec.ts";
import { runScript } from "./run.ts";
import { help, type MachineFlags, machineOptions, readFlags, rememberedFlags } from "./vm-options.ts";

const top = resolve(import.meta.dirname, "..");
const directory = join(top, ".cache/vm");
const flagsFile = join(directory, "flags.json");
const say = (line: string) => process.stderr.write(`${line}\n`);

/** What starts the image: its files and the kernel parameters. */
function imageOptions(parameters: readonly string[]): VmOptions {
  const append = ["console=ttyS0,115200", ...parameters].filter(Boolean).join(" ");
  // The guest's reboot ends this machine, so that the next one starts without the image.
  return {
    kernel: join(top, "dist/vmlinuz"),
    initrd: join(top, "dist/initrd-full"),
    append,
    exitOnReboot: true,
  };
}

async function bootImage(machine: VmOptions, append: string): Promise<"reboot" | "end"> {
  const progress = printProgress(process.stderr);
  await build({ progress });
  const demo = await serveDemo({ progress });
  say(`Starting nix-dabei. This terminal is its serial line; Ctrl-a x ends it. Demo flake: ${demo.flake}`);
  const options = { directory, ...machine, ...imageOptions([demo.parameters, append]) };
  return runOnTerminal(options).finally(demo.close);
}

async function bootDisks(machine: VmOptions): Promise<void> {
  say("Starting the machine from its disks, without the image. Ctrl-a x ends it.");
  await runOnTerminal({ directory, ...machine });
}

async function printCommand(machine: VmOptions, fromDisk: boolean, append: string): Promise<void> {
  const accelerator = await findAccelerator();
  const uefi = machine.firmware === "bios" ? {} : { uefiCode: (await findUefi()).code };
  const options = fromDisk ? machine : { ...machine, ...imageOptions([append]) };
  console.log(shellQuote(qemuCommand(options, { accelerator, directory, serial: "stdio", ...uefi })));
}

/** Says which disks are not blank because they are those of the last time. */
async function tellOldDisks(machine: VmOptions): Promise<void> {
  for (const { path } of withDefaults(machine, directory).disks.filter(({ path }) => existsSync(path))) {
    const { size, blocks } = await stat(path);
    say(
      `${path} is there (${formatBytes(size)}, ${formatBytes(blocks * 512)} of it written); --fresh blanks it.`,
    );
  }
}

await runScript(async () => {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) return process.stdout.write(help);
  const last: MachineFlags = flags.fromDisk
    ? await readFile(flagsFile, "utf8").then(JSON.parse, () => ({}))
    : {};
  const machine = machineOptions({ ...last, ...flags.machine }, flags.extra);
  if (flags.dryRun) return printCommand(machine, flags.fromDisk, flags.append);
  if (flags.fresh) await rm(directory, { recursive: true, force: true });
  if (flags.fromDisk) return bootDisks(machine);
  await tellOldDisks(machine);
  await mkdir(directory, { recursive: true });
  await writeFile(flagsFile, JSON.stringify(rememberedFlags(flags.machine)));
  if ((await bootImage(machine, flags.append)) === "reboot") await bootDisks(machine);
});
