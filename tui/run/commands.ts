import { readFileSync } from "node:fs";
import { formatBytes } from "../base/bytes.ts";
import { type ClientOptions, followJournal, readStatus } from "./client.ts";
import { readJournal } from "./journal.ts";
import { stateFiles } from "./state.ts";
import type { Status } from "./status.ts";

type Write = (text: string) => void;

/**
 * `dabei status [--json]`: how the installation stands.
 * Answers the exit code: 0 idle, running or finished; 1 failed or interrupted.
 */
export function statusCommand(options: ClientOptions & { json?: boolean }, write: Write): number {
  const status = readStatus(options);
  const { samples: _, ...shown } = status;
  write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : `${statusText(status).join("\n")}\n`);
  return status.state === "failed" || status.state === "interrupted" ? 1 : 0;
}

/**
 * `dabei events [--follow]`: the journal, one JSON object a line. With --follow until the installation ends,
 * or the signal fires. Answers the exit code as statusCommand does.
 */
export async function eventsCommand(
  options: ClientOptions & { follow?: boolean; signal?: AbortSignal },
  write: Write,
): Promise<number> {
  if (options.follow) {
    const ended = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
    for await (const event of followJournal(signal, options)) {
      write(`${JSON.stringify(event)}\n`);
      // A journal may tell of a failure and of the retry after it: only the last end is the end.
      if (isEnd(event.event) && readStatus(options).state !== "running") ended.abort();
    }
  } else {
    for (const event of readJournal(stateFiles(options.directory).journal))
      write(`${JSON.stringify(event)}\n`);
  }
  const { state } = readStatus(options);
  return state === "failed" || state === "interrupted" ? 1 : 0;
}

/** `dabei log`: every command of the installation with all it wrote. Answers the exit code. */
export function logCommand(options: ClientOptions, write: Write): number {
  try {
    write(readFileSync(stateFiles(options.directory).log, "utf8"));
  } catch {
    write("There is no log yet: nothing was installed since this system started.\n");
  }
  return 0;
}

function isEnd(name: string): boolean {
  return name === "run-finished" || name === "run-failed";
}

const headlines: Readonly<Record<Status["state"], (status: Status) => string>> = {
  idle: () => "No installation was started.",
  running: ({ hostname }) => `Installing ${hostname}.`,
  finished: ({ hostname }) => `${hostname} is installed.`,
  failed: ({ hostname, cancelled }) =>
    `The installation of ${hostname} ${cancelled ? "was stopped" : "failed"}.`,
  interrupted: ({ hostname }) =>
    `The installation of ${hostname} was interrupted; it can go on where it was.`,
};

function statusText(status: Status): string[] {
  const { progress, failure } = status;
  const marks = { waiting: "  ", running: "> ", done: "ok", skipped: "ok", failed: "!!" } as const;
  return [
    headlines[status.state](status),
    ...status.steps.map(({ state, title }) => ` ${marks[state]} ${title}`),
    ...(progress?.downloadTotal
      ? [`${formatBytes(progress.downloaded ?? 0)} of ${formatBytes(progress.downloadTotal)} downloaded`]
      : []),
    ...(failure
      ? [failure.sentence, ...(failure.command ? [failure.command] : []), `Log: ${failure.log}`]
      : []),
  ];
}
