import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/errors.ts";
import { commandsOf } from "../plan/describe.ts";
import { mapperPath } from "../plan/layout.ts";
import type { StepOf } from "../plan/step.ts";
import { mountsBelow } from "./live.ts";
import type { StepPast } from "./past.ts";
import type { StepContext } from "./resume.ts";

/** The passphrase as it was given, without a line feed. */
export function passphraseIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd();
  } catch {
    throw new UserError("The passphrase of the pool is not there any more.", {
      hint: "Start over, and give it again.",
    });
  }
}

/** Swap with a random key: opened once, also when a run before this one was ended between its commands. */
export async function enableSwap(step: StepOf<"enable-swap">, { recorder }: StepContext): Promise<void> {
  const isOpen = step.mapper !== null && existsSync(mapperPath(step.mapper));
  for (const command of commandsOf(step).slice(isOpen ? 1 : 0)) await recorder.exec(command);
}

/** Formats and opens; what a run before this one has formatted is opened only. */
export async function encryptDevice(
  step: StepOf<"encrypt-device">,
  past: StepPast,
  { files, recorder }: StepContext,
): Promise<void> {
  const input = passphraseIn(files.passphrase);
  const [format = [], open = []] = commandsOf(step);
  if (existsSync(mapperPath(step.mapper))) {
    if (past.finished) return;
    await recorder.exec(["cryptsetup", "close", step.mapper]);
  }
  if (!past.finished) await recorder.exec(format, { input });
  await recorder.exec(open, { input });
}

/** Mounts the device of the key, and makes the key if it is not there: 32 random bytes, what keyformat=raw takes. */
export async function openKey(step: StepOf<"open-key">, { recorder }: StepContext): Promise<void> {
  const { directory, file, device } = step;
  if (!mountsBelow(directory).includes(directory))
    for (const command of commandsOf(step)) await recorder.exec(command);
  if (existsSync(file)) {
    if (statSync(file).size === 32) return;
    throw new UserError(`${file.slice(directory.length)} on ${device} is no key: it has not 32 bytes.`, {
      hint: "Choose another name for the key, or move this file away.",
    });
  }
  await recorder.exec(["mount", "-o", "remount,rw", directory]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, randomBytes(32), { flag: "wx", mode: 0o400, flush: true });
  recorder.note(`made the key ${file}`);
  await recorder.exec(["mount", "-o", "remount,ro", directory]);
}

/** The host key of the initrd, in a directory that only root can read. */
export async function makeUnlockKey(
  step: StepOf<"make-unlock-key">,
  { recorder }: StepContext,
): Promise<void> {
  if (existsSync(step.file)) return;
  mkdirSync(dirname(step.file), { recursive: true, mode: 0o700 });
  for (const command of commandsOf(step)) await recorder.exec(command);
}
