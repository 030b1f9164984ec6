import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatDuration, printProgress } from "../../../image/progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stream(isTTY: boolean) {
  const written: string[] = [];
  const fake = { isTTY, columns: 40, write: (text: string) => written.push(text) };
  return { written, stream: fake as unknown as NodeJS.WriteStream };
}

async function compile(progress: ReturnType<typeof printProgress>): Promise<void> {
  await progress.stage("zfs module", async (note) => {
    note("102 objects compiled");
    await vi.advanceTimersByTimeAsync(65_000);
    note("303 objects compiled");
  });
}

test("a log has the end of each stage, and no minute without a word", async () => {
  const { written, stream: log } = stream(false);
  await compile(printProgress(log));
  expect(written).toEqual([
    "zfs module   0:30  102 objects compiled …\n",
    "zfs module   1:00  102 objects compiled …\n",
    "zfs module   1:05  303 objects compiled\n",
  ]);
});

test("on a terminal one line is rewritten, and never longer than the line", async () => {
  const { written, stream: terminal } = stream(true);
  await compile(printProgress(terminal));
  expect(written.length).toBeGreaterThan(100);
  for (const text of written) {
    expect(text).toMatch(/^\r\x1b\[K/);
    expect(text.replace(/^\r\x1b\[K/, "").trimEnd().length).toBeLessThan(40);
  }
  expect(written.at(-1)).toBe("\r\x1b[Kzfs module   1:05  303 objects compiled\n");
});

test("times are told as people read them", () => {
  expect([0, 940, 9_960, 41_000, 725_400].map(formatDuration)).toEqual([
    "0.0 s",
    "0.9 s",
    "10.0 s",
    "0:41",
    "12:05",
  ]);
});
