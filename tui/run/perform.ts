import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename } from "node:path";
import { ToolError } from "../base/errors.ts";
import { writeWrapper } from "../flake/write-wrapper.ts";
import { commandsOf, mayFail } from "../plan/describe.ts";
import { isNative } from "../plan/encryption.ts";
import type { Step, StepOf } from "../plan/step.ts";
import { runDisko } from "../tools/disko.ts";
import { settle } from "../tools/udevadm.ts";
import { addBootEntries } from "./boot-entries.ts";
import { buildDisko, buildSystem } from "./build.ts";
import { checkFlake } from "./check-flake.ts";
import type { RunResult } from "./events.ts";
import { writeFiles } from "./files.ts";
import { writeHostKeys } from "./host-keys.ts";
import { checkDisks, checkMounts } from "./last-look.ts";
import { leaveMounted, leaveTarget } from "./leave.ts";
import { datasetNames, mountsBelow } from "./live.ts";
import type { StepPast } from "./past.ts";
import { enableSwap, encryptDevice, makeUnlockKey, openKey, passphraseIn } from "./perform-encryption.ts";
import type { StepContext } from "./resume.ts";

/**
 * Does one step. What a run before it did in part is completed: a partition that is gone is not wiped again, a dataset
 * that is there not created again. Only the last step has a result.
 */
export async function perform(step: Step, past: StepPast, context: StepContext): Promise<RunResult | null> {
  if (step.do === "export-pool") return leaveTarget(step, context);
  if (step.do === "leave-mounted") return leaveMounted(step, context);
  await change(step, past, context);
  return null;
}

async function change(
  step: Exclude<Step, { do: "export-pool" | "leave-mounted" }>,
  past: StepPast,
  context: StepContext,
): Promise<void> {
  switch (step.do) {
    case "check-disks":
      return checkDisks(step, context);
    case "check-mounts":
      return checkMounts(step, context);
    case "wipe-disk":
      return wipeDisk(step, context);
    case "enable-swap":
      return enableSwap(step, context);
    case "encrypt-device":
      return encryptDevice(step, past, context);
    case "open-key":
      return openKey(step, context);
    case "make-unlock-key":
      return makeUnlockKey(step, context);
    case "create-pool":
      return past.finished ? importPool(step, context) : createPool(step, context);
    case "create-datasets":
      return createDatasets(step, context);
    case "mount-target": {
      const mounted = mountsBelow(step.root);
      return runAll(
        { ...step, mounts: step.mounts.filter(({ target }) => !mounted.includes(target)) },
        context,
      );
    }
    case "write-flake":
      return writeWrapper(step);
    case "check-flake":
      return checkFlake(step, context);
    case "build-disko":
      return buildDisko(step, context);
    case "run-disko":
      // What it has made already is only mounted again.
      return runCommands([runDisko(past.finished ? "mountScript" : "diskoScript")], context);
    case "write-host-keys":
      return writeHostKeys(step, context);
    case "write-files":
      return writeFiles(step, context);
    case "build-system":
      return buildSystem(step, context);
    case "install-system":
      return installSystem(step, context);
    case "add-boot-entries":
      return addBootEntries(step, context);
    case "run-hooks":
      return runHooks(step, context);
    case "keep-records":
      return keepRecords(step, context);
    case "release-device":
    case "partition-disk":
    case "format-esp":
    case "set-host-id":
    case "install-boot-loader":
    case "mark-installed":
      return runAll(step, context);
    default:
      return step satisfies never;
  }
}

function runAll(step: Step, context: StepContext): Promise<void> {
  return runCommands(commandsOf(step), context);
}

async function wipeDisk(step: StepOf<"wipe-disk">, context: StepContext): Promise<void> {
  // While udev reads a table anew, a partition is not there for a moment, and would be left as it is.
  await runCommands([settle()], context);
  return runAll({ ...step, partitions: step.partitions.filter((path) => existsSync(path)) }, context);
}

/** The person's own commands, with what they may need to know. */
async function runHooks(step: StepOf<"run-hooks">, { files, plan, recorder }: StepContext): Promise<void> {
  const env = {
    DABEI_HOOK: "after",
    DABEI_ROOT: step.root,
    DABEI_HOSTNAME: plan.hostname,
    DABEI_LOG: files.log,
    DABEI_SYSTEM: readFileSync(files.system, "utf8").trim(),
  };
  for (const command of commandsOf(step)) await recorder.exec(command, { env });
}

async function runCommands(commands: readonly string[][], { recorder }: StepContext): Promise<void> {
  for (const command of commands) {
    try {
      await recorder.exec(command);
    } catch (error) {
      if (!(error instanceof ToolError && mayFail(command))) throw error;
    }
  }
}

async function createPool(step: StepOf<"create-pool">, { files, recorder }: StepContext): Promise<void> {
  const [command] = commandsOf(step);
  await recorder.exec(command ?? [], passphraseFor(step, files));
}

/** The pool was made by a run before this one, and exported since. */
async function importPool(
  step: StepOf<"create-pool">,
  { files, plan, recorder }: StepContext,
): Promise<void> {
  const root = plan.steps.find((other) => other.do === "mount-target")?.root ?? "/mnt";
  await recorder.exec(["zpool", "import", "-N", "-R", root, "-d", step.directory, step.pool]);
  if (isNative(step.encryption))
    await recorder.exec(["zfs", "load-key", step.pool], passphraseFor(step, files));
}

/** zpool and zfs read one line. */
function passphraseFor({ encryption }: StepOf<"create-pool">, { passphrase }: StepContext["files"]) {
  return encryption === "native" ? { input: `${passphraseIn(passphrase)}\n` } : {};
}

async function createDatasets(step: StepOf<"create-datasets">, context: StepContext): Promise<void> {
  const there = await datasetNames(context.probe, step.datasets[0]?.name.split("/")[0] ?? "");
  const missing = commandsOf(step).filter((command) => !there.has(command.at(-1) ?? ""));
  await runCommands(missing, context);
}

async function installSystem(
  { root, ...step }: StepOf<"install-system">,
  context: StepContext,
): Promise<void> {
  mkdirSync(`${root}/nix/var/nix/profiles`, { recursive: true });
  mkdirSync(`${root}/etc`, { recursive: true });
  // switch-to-configuration refuses a system without the one, grub-install reads the other.
  appendFileSync(`${root}/etc/NIXOS`, "");
  rmSync(`${root}/etc/mtab`, { force: true });
  symlinkSync("/proc/mounts", `${root}/etc/mtab`);
  const system = readFileSync(context.files.system, "utf8").trim();
  await runCommands(commandsOf({ ...step, root }, system), context);
}

/** Without the secrets: those are in a directory of their own, which is not copied. */
function keepRecords({ root }: StepOf<"keep-records">, { files }: StepContext): void {
  const directory = `${root}/var/log/nix-dabei`;
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  for (const file of [files.answers, files.plan, files.journal, files.log]) {
    if (existsSync(file)) copyFileSync(file, `${directory}/${basename(file)}`);
  }
}
