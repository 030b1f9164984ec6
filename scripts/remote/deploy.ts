import { setTimeout as after } from "node:timers/promises";
import { formatDuration } from "../../image/progress.ts";
import type { BundleFile } from "./bundle.ts";
import type { Machine } from "./machine.ts";
import { type Memory, nothingYet, type Seen } from "./memory.ts";
import type { Meter } from "./meter.ts";
import { type Next, nextStep, type Run, remember } from "./next.ts";
import { fingerprintOf, type HostKey } from "./ssh.ts";

/** What a deployment works with. */
export interface Deployment {
  readonly machine: Machine;
  readonly meter: Meter;
  /** The bundle's files; opened when they are needed. */
  readonly files: () => Promise<readonly BundleFile[]>;
  /** The answer file's text; null for a guided installation. */
  readonly answers: string | null;
  readonly onSuccess: Run["onSuccess"];
  readonly append: string;
  /** Room that the bundle needs, in bytes. */
  readonly needed: number;
  /** Lends this machine's nix to our image, where it is not lent yet. Given ssh's words up to the command. */
  readonly lend?: (argv: readonly string[]) => Promise<void>;
  readonly keep: (memory: Memory) => Promise<void>;
  /** Milliseconds between two looks. @default 3000 */
  readonly pause?: number;
}

/** Goes on from what is remembered to the end. Answers the exit code. Throws UserError and ToolError. */
export async function deploy(remembered: Memory, deployment: Deployment): Promise<number> {
  const { machine, meter } = deployment;
  let memory = remembered;
  let run: Run = {
    ...{ isUnattended: deployment.answers !== null, onSuccess: deployment.onSuccess, waited: 0 },
    ...{ started: false, sentAnswers: false, leftScreens: false, askedReboot: false },
  };
  let isOffered = false;
  let last = "";
  let since = performance.now();
  for (;;) {
    const seen = await machine.look(memory, deployment.needed);
    memory = remember(memory, seen);
    await deployment.keep(memory);
    if (looksLike(seen) !== last) {
      last = looksLike(seen);
      since = performance.now();
      meter.say(tellSeen(seen));
    }
    if (seen.is === "image" && seen.status.state !== "finished")
      await deployment.lend?.(await machine.argv(memory));
    if (seen.is === "image" && !run.started && !isOffered && deployment.append !== "") {
      await machine.offer(memory, deployment.append);
      isOffered = true;
    }
    run = { ...run, waited: (performance.now() - since) / 1000 };
    const next: Next = nextStep(memory, seen, run);
    switch (next.do) {
      case "start-image": {
        if (seen.is !== "linux") throw new TypeError("only another system is left for the image");
        const made = seen.hostKeys.length > 0 ? null : await makeHostKey(machine, meter);
        const oldKey = await machine.shownKey();
        // A lent nix must be there before an installation begins.
        const answers = deployment.lend ? null : deployment.answers;
        const { append } = deployment;
        const hostKey = made?.privateKey ?? null;
        await machine.start(seen, await deployment.files(), { answers, hostKey, append });
        const hostKeys = made ? [made.publicKey] : seen.hostKeys;
        memory = {
          ...{ ...nothingYet, phase: "starting", oldBoot: seen.boot, hostKeys, oldKey },
          handedAnswers: answers !== null,
        };
        await deployment.keep(memory);
        run = { ...run, started: true };
        break;
      }
      case "open-screens":
        run = { ...run, leftScreens: await machine.screens(memory) };
        break;
      case "send-answers":
        meter.say("sends the answers");
        await machine.sendAnswers(memory, deployment.answers ?? "");
        run = { ...run, sentAnswers: true };
        break;
      case "follow":
        await machine.follow(memory);
        break;
      case "reboot":
        meter.say("starts the installed system");
        await machine.reboot(memory);
        run = { ...run, askedReboot: true };
        break;
      case "wait":
        meter.show(`waits ${next.why}, ${formatDuration(run.waited * 1000)}`);
        await after(deployment.pause ?? 3000);
        break;
      case "end":
        meter.say(next.sentence);
        return next.code;
      default:
        return next satisfies never;
    }
  }
}

/** For a machine whose ssh server has keys that OpenSSH cannot use. It goes there over the login that was trusted. */
async function makeHostKey(machine: Machine, meter: Meter): Promise<HostKey> {
  const key = await machine.makeHostKey();
  meter.say(
    `The machine has no host key that the new system could take over, so it gets a new one, ${fingerprintOf(key.publicKey)}: ssh will warn of that.\nTo keep dropbear's, install its program dropbearconvert there first.`,
  );
  return key;
}

/** What of a look makes it another one than the last. */
function looksLike(seen: Seen): string {
  if (seen.is === "image") return `image ${seen.boot} ${seen.status.state} ${seen.unattended}`;
  return seen.is === "linux" ? `linux ${seen.boot}` : seen.is;
}

function tellSeen(seen: Seen): string {
  switch (seen.is) {
    case "silent":
      return `no answer: ${seen.reason}`;
    case "stranger":
      return `answers with another host key, ${seen.fingerprint}`;
    case "closed":
      return `answers, and lets nobody in: ${seen.reason}`;
    case "linux":
      return `answers: ${seen.name}, ${seen.architecture}`;
    case "image": {
      const { state, hostname } = seen.status;
      const words = {
        idle: seen.unattended === "running" ? "reads its answers" : "waits",
        running: `installs ${hostname}`,
        finished: `has installed ${hostname}`,
        failed: "the installation stopped",
        interrupted: "the installation was interrupted",
      };
      return `answers: nix-dabei, ${words[state]}`;
    }
    default:
      return seen satisfies never;
  }
}
