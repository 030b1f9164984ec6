import { existsSync, readFileSync, rmSync } from "node:fs";
import { exec } from "../base/exec.ts";
import { commandsOf } from "../plan/describe.ts";
import { cancelEngine, followJournal, readPlan, retryEngine, startEngine } from "../run/client.ts";
import { lockHolder } from "../run/lock.ts";
import { stateFiles } from "../run/state.ts";
import { advance, idle, type Status } from "../run/status.ts";
import type { Effect } from "./effect.ts";
import type { Send } from "./store.ts";

type RunEffect = Extract<Effect, { do: "start-engine" | "retry-run" | "stop-run" | "clear-run" }>;

export async function changeRun(effect: RunEffect, send: Send): Promise<void> {
  switch (effect.do) {
    case "start-engine": {
      const { plan, passphrase } = effect;
      const named = await systemSecrets();
      await startEngine(plan, { ...(passphrase === null ? {} : { passphrase }), named });
      return;
    }
    case "retry-run":
      await retryEngine();
      return;
    case "stop-run":
      cancelEngine();
      return;
    case "clear-run": {
      await release();
      const { probeForScreens } = await import("./effects-machine.ts");
      return send(await probeForScreens());
    }
    default:
      return effect satisfies never;
  }
}

/** Secret files and host keys that the answers name which the screens began with. */
async function systemSecrets(): Promise<Readonly<Record<string, string>>> {
  const file = stateFiles().answers;
  if (!existsSync(file)) return {};
  const [{ readAnswers }, { forEngine, readSecrets }] = await Promise.all([
    import("../answers/load.ts"),
    import("../unattended/secrets.ts"),
  ]);
  const { answers } = readAnswers(readFileSync(file, "utf8"), file);
  if (!answers?.system) return {};
  return forEngine(await readSecrets({ version: 1, system: answers.system }, new Map())).named ?? {};
}

/** Lets go of what a stopped installation holds (swap, mounts, pool), so that its disks can be chosen again, and forgets it. */
async function release(): Promise<void> {
  const files = stateFiles();
  if (lockHolder(files.lock) !== null) return;
  const last = readPlan(files)?.plan.steps.filter((step) => step.do === "export-pool") ?? [];
  for (const command of last.flatMap((step) => commandsOf(step))) {
    // What is not mounted or imported cannot be let go of: that is as good.
    await exec(command).catch(() => {});
  }
  for (const file of [files.journal, files.plan, files.system]) rmSync(file, { force: true });
}

/** At most so often a screen hears of the installation: drawing must not take the CPU that the work needs. */
const milliseconds = 500;

/** Follows the installation, of whichever screen, for as long as this program runs. */
export async function followRun(send: Send, signal: AbortSignal): Promise<void> {
  const files = stateFiles();
  let status: Status = idle;
  let told: Status = idle;
  // A journal that has no engine when it is first read has been left for long.
  let goneSince: number | null = lockHolder(files.lock) === null ? 0 : null;
  const tell = () => {
    const next = withEnd(status);
    if (next === told || (next.state === told.state && next.state === "interrupted")) return;
    told = next;
    send({ is: "run-changed", status: next });
  };
  /** A journal without an end belongs to an engine that died, once that has been so for a second. */
  const withEnd = (now: Status): Status => {
    if (now.state !== "running" || lockHolder(files.lock) !== null) {
      goneSince = null;
      return now;
    }
    goneSince ??= Date.now();
    return Date.now() - goneSince < 1000 ? now : { ...now, state: "interrupted", pid: null };
  };
  const timer = setInterval(() => {
    if (status.state !== "idle" && !existsSync(files.journal)) status = idle;
    tell();
  }, milliseconds);
  try {
    for await (const event of followJournal(signal)) status = advance(status, event);
  } finally {
    clearInterval(timer);
  }
}
