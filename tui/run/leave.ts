import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { ToolError, UserError } from "../base/errors.ts";
import { commandsOf } from "../plan/describe.ts";
import { mapperPath } from "../plan/layout.ts";
import type { Step } from "../plan/step.ts";
import type { RunResult } from "./events.ts";
import { isSwapOn, mountsBelow, poolHealth } from "./live.ts";
import { keepNextKernel } from "./next-kernel.ts";
import type { StepContext } from "./resume.ts";

type ExportStep = Extract<Step, { do: "export-pool" }>;

/** Lets go of the target, so that the first boot imports its pool without force; answers what was installed. */
export async function leaveTarget(step: ExportStep, context: StepContext): Promise<RunResult> {
  const { files, probe, recorder, signal } = context;
  const kept = `${files.directory}/result.json`;
  // Once it is unmounted there is nothing to read: a retry takes what the first try found.
  if (mountsBelow(step.root).length > 0) {
    const reason = keepNextKernel(files, step.root, readFileSync(files.system, "utf8").trim());
    const result: RunResult = { ...(await resultOf(step, context)), canKexec: reason === null };
    writeFileSync(kept, JSON.stringify(result));
    if (reason)
      recorder.note(`The installed kernel is not kept for a start without the firmware: ${reason}.`);
  }
  for (const command of commandsOf(step)) {
    for (let attempt = 1; await isNeeded(command, step, context); attempt++) {
      try {
        await recorder.exec(command);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        const users = usersOf(step.root);
        if (attempt === 5) throw busy(step, users) ?? error;
        if (users.length > 0) recorder.note(`in use by ${users.join(", ")}`);
        await wait(1000, undefined, { signal });
      }
    }
  }
  if (step.pool && (await poolHealth(probe, step.pool)) !== null) {
    throw new UserError(`The pool ${step.pool} is still imported.`, {
      hint: "Look at the log, then try again.",
    });
  }
  return JSON.parse(readFileSync(kept, "utf8")) as RunResult;
}

async function isNeeded(
  command: readonly string[],
  step: ExportStep,
  { probe }: StepContext,
): Promise<boolean> {
  switch (command[0]) {
    case "swapoff":
      return isSwapOn(command.at(-1) ?? "");
    case "umount":
      return mountsBelow(command.at(-1) ?? "").length > 0;
    case "cryptsetup":
      return existsSync(mapperPath(command.at(-1) ?? ""));
    default:
      return (await poolHealth(probe, step.pool)) !== null;
  }
}

async function resultOf({ root, pool }: ExportStep, { plan, probe }: StepContext): Promise<RunResult> {
  const profile = linkOf(`${root}/nix/var/nix/profiles/system`);
  return {
    pool,
    poolState: (pool && (await poolHealth(probe, pool))) || "unknown",
    generation: /^system-(\d+)-link$/.exec(profile)?.[1] ?? profile,
    hostKeys: [...(await hostKeysOf(root, probe)), ...(await unlockKeyOf(plan, probe))],
  };
}

/** "ED25519 SHA256:…" of the installed system. */
async function hostKeysOf(root: string, probe: StepContext["probe"]): Promise<string[]> {
  const keys: string[] = [];
  const files = ["/etc/ssh", "/persist/etc/ssh"].flatMap((directory) =>
    entriesOf(`${root}${directory}`)
      .filter((name) => /^ssh_host_.*_key\.pub$/.test(name))
      .map((name) => `${root}${directory}/${name}`),
  );
  for (const file of files) keys.push(...(await fingerprintOf(file, probe)));
  return keys;
}

/** The key that the initrd shows to whoever unlocks the pool. */
async function unlockKeyOf({ steps }: StepContext["plan"], probe: StepContext["probe"]): Promise<string[]> {
  const step = steps.find((one) => one.do === "make-unlock-key");
  const keys = step ? await fingerprintOf(`${step.file}.pub`, probe) : [];
  return keys.map((key) => `${key} (to unlock)`);
}

async function fingerprintOf(file: string, probe: StepContext["probe"]): Promise<string[]> {
  const { stdout, exitCode } = await probe(["ssh-keygen", "-l", "-f", file], { accept: [0, 1, 255] });
  // "256 SHA256:… root@host (ED25519)"
  const [, fingerprint] = stdout.split(" ");
  if (exitCode !== 0 || !fingerprint) return [];
  return [`${/\((.+)\)$/.exec(stdout.trim())?.[1] ?? ""} ${fingerprint}`.trim()];
}

function busy({ root, pool }: ExportStep, users: readonly string[]): UserError | null {
  if (users.length === 0) return null;
  return new UserError(`The pool ${pool} is in use by ${users.join(", ")}.`, {
    hint: `Leave ${root} there, or end it, then try again.`,
  });
}

/** Processes with a file or their working directory below a directory: "sh (process 812)". */
function usersOf(root: string): string[] {
  const below = (path: string) => path === root || path.startsWith(`${root}/`);
  return entriesOf("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const links = ["cwd", "root", "exe", ...entriesOf(`/proc/${pid}/fd`).map((name) => `fd/${name}`)];
      return links.some((link) => below(linkOf(`/proc/${pid}/${link}`)));
    })
    .map((pid) => `${nameOf(pid)} (process ${pid})`);
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "a program";
  }
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
