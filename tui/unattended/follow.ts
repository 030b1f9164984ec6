import { type ClientOptions, followJournal, readStatus } from "../run/client.ts";
import { nothingTold, type Telling, tell, tick } from "./lines.ts";
import type { Result } from "./notice.ts";
import type { Outlet } from "./outlet.ts";

/** Tells of the installation that runs until it has ended. */
export async function followInstallation(
  outlet: Pick<Outlet, "say" | "tell">,
  options: ClientOptions = {},
): Promise<Result> {
  const ended = new AbortController();
  let telling: Telling = nothingTold;
  let isInterrupted = false;
  const take = (next: { telling: Telling; lines: string[] }) => {
    telling = next.telling;
    for (const line of next.lines) outlet.say(line);
  };
  const timer = setInterval(() => {
    take(tick(telling, Date.now()));
    // The journal has no end, and who would write it is gone.
    isInterrupted = readStatus(options).state === "interrupted";
    if (isInterrupted) ended.abort();
  }, 2000);
  try {
    for await (const event of followJournal(ended.signal, options)) {
      outlet.tell(event);
      take(tell(telling, event));
      const { state } = telling.status;
      // A journal may tell of a failure and of the retry after it: only the last end is the end.
      if ((state === "finished" || state === "failed") && readStatus(options).state !== "running")
        ended.abort();
    }
  } finally {
    clearInterval(timer);
  }
  if (isInterrupted)
    outlet.say("the installation was interrupted: its engine is gone. The log is /run/dabei/log");
  const { state, cancelled } = telling.status;
  return state === "finished" ? "installed" : cancelled ? "stopped" : "failed";
}
