import { appendFileSync, closeSync, fstatSync, openSync, readFileSync, readSync, watch } from "node:fs";
import type { RunEvent } from "./events.ts";

/** Appends events to a journal. Each goes in one write, so that a reader sees whole lines or none. */
export function openJournal(file: string): (event: RunEvent) => void {
  // A writer that was killed may have left half a line: the next event must not grow onto it.
  const text = readText(file);
  if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  return (event) => appendFileSync(file, `${JSON.stringify(event)}\n`, { mode: 0o644 });
}

/** The events of a journal so far; none when there is no journal. */
export function readJournal(file: string): RunEvent[] {
  return parse(readText(file));
}

/**
 * Events from the journal's beginning, then those to come, until the signal fires.
 * A journal that is replaced or emptied (a new installation) is read from its beginning again.
 * Wakes by inotify; looks by itself once a second, as inotify does not see everything on every file system.
 */
export async function* followFile(
  file: string,
  directory: string,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  let wake = () => {};
  let woken = false;
  const ring = () => {
    woken = true;
    wake();
  };
  const timer = setInterval(ring, 1000);
  const watcher = watchQuietly(directory, ring);
  signal.addEventListener("abort", ring);
  const tail = tailOf(file);
  try {
    while (!signal.aborted) {
      woken = false;
      for (const event of parse(tail())) {
        yield event;
        if (signal.aborted) return;
      }
      if (!woken) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(timer);
    watcher?.close();
    signal.removeEventListener("abort", ring);
  }
}

/** Answers what was appended since the last call, whole lines only. */
function tailOf(file: string): () => string {
  let inode = 0;
  let offset = 0;
  return () => {
    let descriptor: number;
    try {
      descriptor = openSync(file, "r");
    } catch {
      return "";
    }
    try {
      const { ino, size } = fstatSync(descriptor);
      if (ino !== inode || size < offset) offset = 0;
      inode = ino;
      if (size === offset) return "";
      const chunk = Buffer.alloc(size - offset);
      const read = readSync(descriptor, chunk, 0, chunk.length, offset);
      const end = chunk.lastIndexOf("\n", read - 1) + 1;
      offset += end;
      return chunk.toString("utf8", 0, end);
    } finally {
      closeSync(descriptor);
    }
  };
}

function watchQuietly(directory: string, ring: () => void) {
  try {
    const watcher = watch(directory, { persistent: false }, ring);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function parse(text: string): RunEvent[] {
  return text.split("\n").flatMap((line) => {
    if (!line) return [];
    try {
      return [JSON.parse(line) as RunEvent];
    } catch {
      // Half a line that a killed writer left.
      return [];
    }
  });
}
