import { readFileSync, writeFileSync } from "node:fs";
import { commandsOf } from "../plan/describe.ts";
import type { StepOf } from "../plan/step.ts";
import type { RunResult } from "./events.ts";
import { letGo } from "./let-go.ts";
import { entriesOf, linkOf, mountsBelow, poolHealth } from "./live.ts";
import { keepNextKernel } from "./next-kernel.ts";
import type { StepContext } from "./resume.ts";

type ExportStep = StepOf<"export-pool">;

/** Lets go of the target, so that the first boot imports its pool without force; answers what was installed. */
export async function leaveTarget(step: ExportStep, context: StepContext): Promise<RunResult> {
  const { files, recorder } = context;
  const kept = `${files.directory}/result.json`;
  // Once it is unmounted there is nothing to read: a retry takes what the first try found.
  if (mountsBelow(step.root).length > 0) {
    writeFileSync(kept, JSON.stringify(await resultOf(step, context)));
  }
  await letGo(step, recorder.exec, context);
  return JSON.parse(readFileSync(kept, "utf8")) as RunResult;
}

/** The end of an installation into what somebody has mounted: all is on the disks, and stays mounted. */
export async function leaveMounted(step: StepOf<"leave-mounted">, context: StepContext): Promise<RunResult> {
  const result = await resultOf(step, context);
  for (const command of commandsOf(step)) await context.recorder.exec(command);
  return result;
}

async function resultOf(
  { root, pool }: Pick<ExportStep, "root" | "pool">,
  { files, plan, probe, recorder }: StepContext,
): Promise<RunResult> {
  const reason = keepNextKernel(files, root, readFileSync(files.system, "utf8").trim());
  if (reason) recorder.note(`The installed kernel is not kept for a start without the firmware: ${reason}.`);
  const profile = linkOf(`${root}/nix/var/nix/profiles/system`);
  return {
    pool,
    poolState: (pool && (await poolHealth(probe, pool))) || "unknown",
    generation: /^system-(\d+)-link$/.exec(profile)?.[1] ?? profile,
    hostKeys: [...(await hostKeysOf(plan, probe)), ...(await unlockKeyOf(plan, probe))],
    canKexec: reason === null,
  };
}

/** "ED25519 SHA256:…" of the installed system. */
async function hostKeysOf({ steps }: StepContext["plan"], probe: StepContext["probe"]): Promise<string[]> {
  const directory = steps.find((one) => one.do === "write-host-keys")?.directory ?? "";
  const keys: string[] = [];
  for (const name of entriesOf(directory).filter((one) => /^ssh_host_.*_key\.pub$/.test(one)))
    keys.push(...(await fingerprintOf(`${directory}/${name}`, probe)));
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
