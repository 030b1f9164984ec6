import { setTimeout as wait } from "node:timers/promises";
import { FetchError } from "./fetch.ts";

/** Seconds between tries: doubled each time, a minute at most. */
export function pauseAfter(tries: number): number {
  return Math.min(60, 2 ** (tries - 1));
}

/** Tries until it is done, as often as `most`. Each failure is told. Throws what will not pass, and the last failure. */
export async function retry<T>(
  attempt: () => Promise<T>,
  options: {
    readonly say: (line: string) => void;
    readonly signal?: AbortSignal;
    /** @default for ever */
    readonly most?: number;
  },
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const isLast = tries === options.most;
      if (!(error instanceof FetchError) || !error.isPassing || isLast) throw error;
      const seconds = pauseAfter(tries);
      options.say(`${error.message} Again in ${seconds} s.`);
      await wait(seconds * 1000, undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}
