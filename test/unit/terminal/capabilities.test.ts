import { describe, expect, test } from "vitest";
import {
  forcedSize,
  glyphSetOf,
  prepareEnvironment,
  styleLevelOf,
} from "../../../tui/terminal/capabilities.ts";
import { Probe } from "../../../tui/terminal/probe.ts";
import { applySgr, plain, sgrBetween } from "../../../tui/terminal/style.ts";

describe("styles", () => {
  test.each([
    [{ TERM: "vt220" }, "colour"],
    [{ TERM: "vt220", NO_COLOR: "1" }, "attributes"],
    [{ TERM: "vt220", NO_COLOR: "" }, "colour"],
    [{ TERM: "xterm", FORCE_COLOR: "0" }, "attributes"],
    [{ TERM: "xterm", NO_COLOR: "1", FORCE_COLOR: "1" }, "colour"],
    [{ TERM: "dumb" }, "none"],
  ])("%j: %s", (env, level) => {
    expect(styleLevelOf(env)).toBe(level);
  });
});

describe("glyphs", () => {
  test.each([
    [{ TERM: "xterm", LANG: "C.UTF-8" }, undefined, "unicode"],
    [{ TERM: "vt220", LANG: "C.UTF-8" }, undefined, "unicode"],
    [{ TERM: "vt220", LANG: "C.UTF-8" }, false, "ascii"],
    [{ TERM: "vt220", LANG: "C" }, true, "unicode"],
    [{ TERM: "vt100" }, undefined, "ascii"],
    [{ TERM: "xterm", LC_ALL: "C", LANG: "de_DE.UTF-8" }, undefined, "ascii"],
    [{ TERM: "linux", LANG: "C.UTF-8" }, true, "linux"],
    [{ TERM: "dumb", LANG: "C.UTF-8" }, undefined, "ascii"],
    [{ TERM: "xterm", LANG: "C.UTF-8", DABEI_ASCII: "1" }, true, "ascii"],
    [{ TERM: "vt100", DABEI_ASCII: "0" }, undefined, "unicode"],
  ])("%j, the terminal reads UTF-8: %s: %s", (env, isUtf8, set) => {
    expect(glyphSetOf(env, isUtf8)).toBe(set);
  });
});

test("a size may be forced", () => {
  expect(forcedSize({ DABEI_SIZE: "100x30" })).toEqual({ columns: 100, rows: 30 });
  expect(forcedSize({ DABEI_SIZE: "large" })).toBeUndefined();
});

test("the environment is made fit for Ink, and put back", () => {
  const env: Record<string, string | undefined> = { CI: "true", NO_COLOR: "1", PATH: "/bin" };
  const restore = prepareEnvironment(env);
  expect(env).toEqual({ FORCE_COLOR: "1", PATH: "/bin" });
  restore();
  expect(env).toEqual({ CI: "true", NO_COLOR: "1", PATH: "/bin" });
});

describe("the probe", () => {
  test.each([
    ["an UTF-8 terminal", ["1;2R", "30;100R"], { isUtf8: true, size: { columns: 100, rows: 30 } }],
    ["an 8-bit terminal", ["1;3R", "24;80R"], { isUtf8: false, size: { columns: 80, rows: 24 } }],
    ["nonsense", ["7;7R", "1;1R"], {}],
  ])("%s", async (_, replies, result) => {
    const sent: string[] = [];
    const probe = new Probe((bytes) => sent.push(bytes));
    for (const reply of replies) probe.reply(reply);
    expect(await probe.answerInTime()).toEqual(result);
    expect(sent.join("")).toContain("\x1b[6n");
  });

  test("silence", async () => {
    expect(await new Probe(() => {}).answerInTime()).toEqual({});
  });
});

test("any style can follow any other", () => {
  const styles = ["", "1", "2", "1;2", "7", "31", "1;7;44", "92;4", "3;9"].map((sgr) =>
    applySgr(plain, `0;${sgr}`),
  );
  for (const from of styles) {
    for (const to of styles) {
      const parameters = /^\x1b\[(.*)m$/.exec(sgrBetween(from, to))?.[1];
      expect(parameters === undefined ? from : applySgr(from, parameters)).toBe(to);
    }
  }
});
