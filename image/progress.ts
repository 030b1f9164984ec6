/** Follows the stages of a build. */
export interface Progress {
  /** Runs one stage. `note` replaces the text beside the stage's name; the last one stays. */
  stage<T>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
}

/** A time as m:ss, with tenths below ten seconds: "3.2 s", "0:41", "12:05". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Says nothing. */
export const silent: Progress = { stage: (_name, work) => work(() => {}) };

/** How often a stage that takes long says so where lines cannot be rewritten. */
const patienceMilliseconds = 30_000;

/** One line a stage on a stream: rewritten while it runs on a terminal; elsewhere printed at its end, and twice a minute until then. */
export function printProgress(stream: NodeJS.WriteStream): Progress {
  return {
    async stage(name, work) {
      const started = performance.now();
      let text = "";
      const draw = (end: string) => {
        const line = `${name.padEnd(10)} ${formatDuration(performance.now() - started).padStart(6)}  ${text}`;
        stream.write(
          stream.isTTY ? `\r\x1b[K${line.slice(0, (stream.columns || 80) - 1)}${end}` : `${line}${end}`,
        );
      };
      const ticker = stream.isTTY
        ? setInterval(() => draw(""), 500)
        : setInterval(() => draw(" …\n"), patienceMilliseconds);
      try {
        return await work((note) => {
          text = note;
        });
      } finally {
        clearInterval(ticker);
        draw("\n");
      }
    },
  };
}
