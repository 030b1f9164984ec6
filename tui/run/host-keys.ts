import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { commandsOf } from "../plan/describe.ts";
import type { StepOf } from "../plan/step.ts";
import { publicKeyOf } from "../tools/ssh-keygen.ts";
import { readSecret } from "./files.ts";
import type { StepContext } from "./resume.ts";

type HostKeysStep = StepOf<"write-host-keys">;

/** Host keys of the installed system, there before it is activated. */
export async function writeHostKeys(step: HostKeysStep, context: StepContext): Promise<void> {
  // What a run before this one left half done would be asked about.
  if (!step.kept) rmSync(`${step.directory}/ssh_host_ed25519_key`, { force: true });
  for (const command of commandsOf(step)) await context.recorder.exec(command);
  for (const name of step.given) await writeGiven(step.directory, name, context);
}

/** A private key from the secrets directory; its kind, and its public half, are what ssh-keygen says. */
async function writeGiven(directory: string, name: string, { files, probe }: StepContext): Promise<void> {
  // OpenSSH refuses a key whose last line has no end.
  const key = `${readSecret(files.secrets, name).toString("utf8").trimEnd()}\n`;
  const draft = `${files.secrets}/host-key`;
  mkdirSync(files.secrets, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(draft, key, { mode: 0o600 });
    const { stdout, exitCode } = await probe(publicKeyOf(draft), { accept: [0, 1, 255] });
    const type = typeOf(stdout);
    if (exitCode !== 0 || type === null)
      throw new UserError(`${name} is no private host key without a passphrase.`, {
        hint: "ssh-keygen -t ed25519 -N '' -f FILE makes one.",
      });
    const place = `${directory}/ssh_host_${type}_key`;
    rmSync(place, { force: true });
    writeFileSync(place, key, { mode: 0o600 });
    writeFileSync(`${place}.pub`, stdout, { mode: 0o644 });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** "ed25519" of "ssh-ed25519 AAAA…"; null where it is no public key. */
function typeOf(publicKey: string): string | null {
  const [, type] = /^(?:ssh-)?(ed25519|rsa|ecdsa)\b/.exec(publicKey) ?? [];
  return type ?? null;
}
