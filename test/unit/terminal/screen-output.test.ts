import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ScreenOutput } from "../../../tui/terminal/screen-output.ts";

function output(send: (bytes: string, taken: () => void) => void) {
  return new ScreenOutput({ columns: 80, rows: 24, level: "colour", glyphs: "unicode", send });
}

describe("a line that stands still", () => {
  test("gets one frame, and the latest one when it goes on", async () => {
    const sent: string[] = [];
    let goOn = () => {};
    const screen = output((bytes, taken) => {
      sent.push(bytes);
      goOn = taken;
    });
    for (let count = 0; count < 2000; count++) {
      screen.write(`tick ${count}\n${"x".repeat(70)}`);
      if (count % 100 === 0) await delay(1);
    }
    await delay(50);
    expect(sent).toHaveLength(1);
    expect(screen.writableLength).toBe(0);
    goOn();
    await delay(50);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatch(/1999/);
  });

  test("never holds up whoever waits for a write", async () => {
    const screen = output(() => {});
    await new Promise((resolve) => screen.write("frame", resolve));
    await new Promise((resolve) => screen.write("another", resolve));
  });
});

test("many components may listen for its size", () => {
  const screen = output(() => {});
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown) => warnings.push(warning);
  process.on("warning", onWarning);
  for (let count = 0; count < 50; count++) screen.on("resize", () => {});
  return delay(10).then(() => {
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});

describe("frames", () => {
  test("the first is painted at once, later ones coalesce", async () => {
    const sent: string[] = [];
    const screen = output((bytes, taken) => {
      sent.push(bytes);
      setImmediate(taken);
    });
    screen.write("one");
    expect(sent).toEqual(["\x1b[m\x1b[H\x1b[2J\x1b[Hone"]);
    for (const text of ["two", "three", "four"]) screen.write(text);
    await delay(60);
    expect(sent.slice(1)).toEqual(["\x1b[Hfour"]);
  });

  test("what Ink sends beside frames is left out", async () => {
    const sent: string[] = [];
    const screen = output((bytes, taken) => {
      sent.push(bytes);
      taken();
    });
    for (const text of ["\x1b[?25l", "", "\x1b[?2004h", "\x1b[?2026h\x1b[?25h"]) screen.write(text);
    await delay(50);
    expect(sent).toEqual([]);
  });

  test("redraw paints all of it; between pause and resume nothing is sent", async () => {
    const sent: string[] = [];
    const screen = output((bytes, taken) => {
      sent.push(bytes);
      taken();
    });
    screen.write("one");
    screen.redraw();
    await delay(50);
    expect(sent[1]).toBe(sent[0]);
    screen.pause();
    screen.write("two");
    await delay(50);
    expect(sent).toHaveLength(2);
    screen.resume();
    await delay(50);
    expect(sent[2]).toBe("\x1b[m\x1b[H\x1b[2J\x1b[Htwo");
  });
});
