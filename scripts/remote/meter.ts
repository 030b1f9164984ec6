/** Tells a person at this terminal, or a log, what happens. */
export interface Meter {
  /** A line that stays. */
  say(line: string): void;
  /** What is going on, on one line that is written over; elsewhere than on a terminal every 20 seconds. */
  show(text: string): void;
}

/** Lines have the time in front. */
export function meterOn(stream: NodeJS.WriteStream, now: () => number = Date.now): Meter {
  const time = () => new Date(now()).toTimeString().slice(0, 8);
  let isOpen = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (isOpen) stream.write("\r\x1b[K");
    isOpen = false;
  };
  return {
    say(line) {
      clear();
      for (const part of line.split("\n")) stream.write(`${time()} ${part}\n`);
      shownAt = now();
    },
    show(text) {
      const pause = stream.isTTY ? 200 : 20_000;
      if (now() - shownAt < pause) return;
      shownAt = now();
      if (!stream.isTTY) return void stream.write(`${time()} ${text}\n`);
      clear();
      stream.write(`${time()} ${text}`.slice(0, (stream.columns || 80) - 1));
      isOpen = true;
    },
  };
}
