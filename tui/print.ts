import { readFileSync } from "node:fs";
import { UserError } from "./base/errors.ts";
import { followJournal, readStatus } from "./run/client.ts";
import { readJournal } from "./run/journal.ts";
import { stateFiles } from "./run/state.ts";

/** `dabei status`: exit code 0 when it runs or is done, 1 when it stopped or there is none. */
export function printStatus(isJson: boolean): number {
  const { samples: _, ...status } = readStatus();
  const step = status.current === null ? undefined : status.steps[status.current];
  const sentence = [status.state, status.summary, step?.title, status.failure?.sentence].filter(Boolean);
  process.stdout.write(isJson ? `${JSON.stringify(status)}\n` : `${sentence.join(": ")}\n`);
  return status.state === "running" || status.state === "finished" ? 0 : 1;
}

/** `dabei events`: from the beginning to the end of the installation, as they happen. */
export async function printEvents(): Promise<number> {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  const { journal } = stateFiles();
  const past = readJournal(journal);
  const ends = (event: { event: string }) => event.event === "run-finished" || event.event === "run-failed";
  // What has ended is printed and done with; else the end is waited for.
  if (past.length > 0 && ends(past.at(-1)!)) {
    for (const event of past) process.stdout.write(`${JSON.stringify(event)}\n`);
    return past.at(-1)?.event === "run-finished" ? 0 : 1;
  }
  for await (const event of followJournal(controller.signal)) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    if (ends(event)) return event.event === "run-finished" ? 0 : 1;
  }
  return 130;
}

/** `dabei log`. */
export function printLog(): number {
  const { log } = stateFiles();
  try {
    process.stdout.write(readFileSync(log));
  } catch {
    throw new UserError(`There is no log at ${log}: nothing has been installed in this boot.`);
  }
  return 0;
}

/** `dabei machine`: what the screens rest on; a recording of it is a test's machine. */
export async function printMachine(): Promise<number> {
  const { exec } = await import("./base/exec.ts");
  const { probeMachine } = await import("./machine/probe.ts");
  process.stdout.write(`${JSON.stringify(await probeMachine(exec), null, 2)}\n`);
  return 0;
}
