import type { Memory, Seen } from "./memory.ts";

/** What this run was asked for, and what it has done so far. */
export interface Run {
  /** Whether answers decide everything; else a person does, on the screens. */
  readonly isUnattended: boolean;
  /** What the answers want after a success. */
  readonly onSuccess: "reboot" | "kexec" | "poweroff" | "stop";
  /** Whether this run has started the image, sent the answers, or shown the screens: each is done once. */
  readonly started: boolean;
  readonly sentAnswers: boolean;
  readonly leftScreens: boolean;
  /** Whether this run has asked the installed system to start. */
  readonly askedReboot: boolean;
  /** Seconds since the last change of what is seen. */
  readonly waited: number;
}

export type Next =
  | { readonly do: "start-image" }
  | { readonly do: "open-screens" }
  | { readonly do: "send-answers" }
  | { readonly do: "follow" }
  | { readonly do: "reboot" }
  | { readonly do: "wait"; readonly why: string }
  | { readonly do: "end"; readonly code: number; readonly sentence: string };

/** Exit codes, as --help and docs/deploy.md list them. */
export const codes = { done: 0, refused: 1, failed: 3, left: 4, stranger: 5, silent: 6 } as const;

/** Seconds to wait for something to happen, at least: machines with much memory or many disks take minutes to start. */
const patience = { kexec: 180, boot: 1200, answers: 180, reboot: 30 };

const end = (code: number, sentence: string): Next => ({ do: "end", code, sentence });
const wait = (why: string): Next => ({ do: "wait", why });

/** What is to be done now. Pure: the whole of a deployment's course is here. */
export function nextStep(memory: Memory, seen: Seen, run: Run): Next {
  switch (seen.is) {
    case "silent":
      return silent(memory, seen.reason, run);
    case "stranger":
      return stranger(memory, seen.fingerprint, run);
    case "closed":
      return closed(memory, seen.reason, run);
    case "linux":
      return linux(memory, seen, run);
    case "image":
      return image(memory, seen, run);
    default:
      return seen satisfies never;
  }
}

/** What is remembered after a look. */
export function remember(memory: Memory, seen: Seen): Memory {
  if (seen.is === "linux") {
    const isDone = memory.phase !== "new" && seen.boot !== memory.oldBoot && seen.isInstalled;
    if (isDone) return { ...memory, phase: "done" };
    if (memory.phase === "new") return { ...memory, oldBoot: seen.boot, hostKeys: seen.hostKeys };
    return memory;
  }
  if (seen.is !== "image") return memory;
  const { state, hostname, result } = seen.status;
  const known = { ...memory, hostKeys: seen.hostKeys, hostname: hostname || memory.hostname };
  if (state === "finished") {
    const fingerprints = (result?.hostKeys ?? []).flatMap((key) => key.match(/SHA256:\S+/) ?? []);
    return { ...known, phase: "installed", installedKeys: fingerprints };
  }
  return { ...known, phase: state === "idle" ? "image" : "installing" };
}

function silent({ phase }: Memory, reason: string, { waited, started }: Run): Next {
  const isExpected = started || phase !== "new";
  if (!isExpected) return end(codes.silent, `It does not answer on ssh: ${reason}`);
  if (waited < patience.boot) {
    return wait(phase === "installed" ? "for the installed system" : "for the machine to come back");
  }
  const minutes = Math.round(waited / 60);
  return end(codes.silent, `It has not answered for ${minutes} minutes (${reason}). Look at its console.`);
}

function stranger({ phase, oldKey, installedKeys }: Memory, fingerprint: string, { waited }: Run): Next {
  // Its keys could not be taken over: it is still there, or there again.
  if (phase === "starting" && fingerprint === oldKey) return stillThere(waited);
  if (phase === "installed" && installedKeys.length === 0) {
    return end(
      codes.done,
      `The installed system answers with a host key that it made itself, ${fingerprint}: compare it on its console before you log in.`,
    );
  }
  return end(
    codes.stranger,
    `It answers with another host key than it must have, ${fingerprint}: this may be another machine. Nothing was sent to it.`,
  );
}

function stillThere(waited: number): Next {
  if (waited < patience.kexec) return wait("for the old system to go down");
  return end(
    codes.silent,
    "The old system is still there: it has not started the image. Its dmesg may tell why.",
  );
}

function closed({ phase, hostname }: Memory, reason: string, { waited }: Run): Next {
  if (phase === "installed" || phase === "done") {
    return end(
      codes.done,
      `${hostname || "The installed system"} answers on ssh with its host key. It does not let root in with your key: log in as the flake has it.`,
    );
  }
  // A system that goes down refuses logins for some seconds.
  if (phase !== "new" && waited < patience.kexec) return wait("to be let in");
  return end(codes.silent, `It does not let you in: ${reason}`);
}

function linux(memory: Memory, seen: Extract<Seen, { is: "linux" }>, run: Run): Next {
  const { phase, oldBoot, hostname } = memory;
  if (phase === "done" || phase === "installed")
    return end(codes.done, `${hostname || "The installed system"} answers on ssh. Done.`);
  if (phase === "starting" && seen.boot === oldBoot) return stillThere(run.waited);
  if (run.started) {
    return end(
      codes.silent,
      "The machine came back with a system that is not ours. Its console may tell why.",
    );
  }
  if (seen.architecture !== "x86_64")
    return end(codes.refused, `The machine is ${seen.architecture}; nix-dabei is for x86_64 alone.`);
  if (seen.asRoot === null)
    return end(codes.refused, "The user is not root, and neither sudo nor doas works without a password.");
  return { do: "start-image" };
}

type Image = Extract<Seen, { is: "image" }>;

function image(memory: Memory, seen: Image, run: Run): Next {
  const { status } = seen;
  if (status.state === "finished") return finished(status.hostname, run);
  if (!run.isUnattended) {
    if (!run.leftScreens) return { do: "open-screens" };
    return {
      idle: end(codes.left, "Nothing was installed. The machine waits; run this again to go on."),
      running: end(codes.left, "The installation goes on. Run this again to see it."),
      failed: end(codes.failed, "The installation stopped. Run this again to go on with it."),
      interrupted: end(codes.failed, "The installation was interrupted. Run this again to go on with it."),
    }[status.state];
  }
  switch (status.state) {
    case "running":
      return { do: "follow" };
    case "failed":
    case "interrupted":
      return end(
        codes.failed,
        [
          status.failure?.sentence ?? "The installation was interrupted.",
          `The machine waits as it is; its log is ${status.failure?.log ?? "/run/dabei/log"}.`,
        ].join("\n"),
      );
    case "idle":
      return idle(memory, seen, run);
    default:
      return status.state satisfies never;
  }
}

function idle(memory: Memory, { unattended }: Image, run: Run): Next {
  if (unattended === "running") return { do: "follow" };
  const gotAnswers = run.sentAnswers || (run.started && memory.handedAnswers);
  if (unattended === "ended" && gotAnswers)
    return end(codes.failed, "Nothing was installed, and nothing was written. The machine waits as it is.");
  // Answers begin by themselves, when the drivers are there.
  if (gotAnswers && run.waited < patience.answers) return wait("for the installation to begin");
  return run.sentAnswers
    ? end(codes.failed, "The installation does not begin. Its log is /run/dabei/unattended.log.")
    : { do: "send-answers" };
}

function finished(hostname: string, run: Run): Next {
  if (!run.isUnattended) {
    if (!run.leftScreens) return { do: "open-screens" };
    return run.askedReboot ? wait(`for ${hostname} to start`) : { do: "reboot" };
  }
  if (run.onSuccess === "poweroff" || run.onSuccess === "stop") {
    return end(
      codes.done,
      `${hostname} is installed. By its answers the machine ${run.onSuccess === "stop" ? "stays in the installer" : "is switched off"}.`,
    );
  }
  if (run.askedReboot || run.waited < patience.reboot) return wait(`for ${hostname} to start`);
  return { do: "reboot" };
}
