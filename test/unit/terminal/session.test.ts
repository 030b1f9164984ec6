import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { afterEach, expect, test, vi } from "vitest";
import { exec } from "../../../tui/base/exec.ts";

const node = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
const program = fileURLToPath(new URL("session-program.ts", import.meta.url));
// Each test starts a Node of its own.
vi.setConfig({ testTimeout: 30_000 });
const opened: pty.IPty[] = [];

interface Options {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Like a serial line: the kernel knows no window size. */
  readonly isSizeUnknown?: boolean;
  /** Whether the terminal answers questions. */
  readonly isMute?: boolean;
}

/** The program on a pseudo-terminal, with a terminal emulator at the other end. */
function start({ columns = 80, rows = 24, env = {}, args = [], isSizeUnknown, isMute }: Options = {}) {
  const notes = join(mkdtempSync(join(tmpdir(), "dabei-session-")), "notes");
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const resize = isSizeUnknown ? "stty rows 0 cols 0;" : "";
  const child = pty.spawn("sh", ["-c", `${resize} exec "$@"`, "sh", node, program, notes, ...args], {
    cols: columns,
    rows,
    env: { PATH: process.env.PATH, TERM: "xterm", LANG: "C.UTF-8", ...env },
  });
  opened.push(child);
  let received = "";
  child.onData((data) => {
    received += data;
    terminal.write(data);
  });
  if (!isMute) terminal.onData((reply) => child.write(reply));
  const text = () =>
    Array.from(
      { length: rows },
      (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? "",
    )
      .join("\n")
      .trimEnd();
  const waitFor = async (wanted: string | RegExp) => {
    for (let left = 2000; left > 0; left--) {
      if (typeof wanted === "string" ? text().includes(wanted) : wanted.test(text())) return;
      await delay(10);
    }
    throw new Error(`"${wanted}" did not come:\n${text()}`);
  };
  const readNotes = () => {
    try {
      return readFileSync(notes, "utf8").split("\n").filter(Boolean);
    } catch {
      return [];
    }
  };
  return { child, terminal, text, waitFor, readNotes, received: () => received };
}

afterEach(() => {
  for (const child of opened.splice(0)) {
    try {
      child.kill("SIGKILL");
    } catch {}
  }
});

test("draws, takes keys, gives the terminal back", async () => {
  const { child, terminal, waitFor, received } = start();
  await waitFor("size 80x24 unicode");
  expect(terminal.buffer.active.type).toBe("alternate");
  child.write("\x1b[B\rabc");
  await waitFor("keys down enter a b c");
  const before = received().length;
  child.write("\f");
  await delay(300);
  expect(received().slice(before)).toContain("\x1b[2J");
  const exited = new Promise((resolve) => child.onExit(resolve));
  child.write("q");
  await exited;
  expect(received()).toMatch(/\x1b\[\?25h\x1b\[\?2004l\x1b\[\?1049l$/);
  await delay(20);
  expect(terminal.buffer.active.type).toBe("normal");
});

test("asks for the size where the kernel knows none, and tells it to the programs it starts", async () => {
  const { child, waitFor } = start({ columns: 100, rows: 30, isSizeUnknown: true });
  await waitFor("size 100x30 unicode");
  child.write("s");
  await waitFor("30 100");
  await waitFor("shell:");
});

test("a terminal that does not answer is 80x24", async () => {
  const { waitFor, child, received } = start({ isSizeUnknown: true, isMute: true, columns: 90 });
  await waitFor("size 80x24");
  // The answer may come when somebody attaches later: Ctrl-L asks again.
  const before = received().length;
  child.write("\f");
  await expect.poll(() => received().slice(before), { timeout: 30_000 }).toContain("\x1b[6n");
  child.write("\x1b[1;2R\x1b[24;90R");
  await waitFor("size 90x24");
});

test("a terminal without UTF-8 gets ASCII", async () => {
  const { child, waitFor } = start({ isSizeUnknown: true, isMute: true, env: { LANG: "C" } });
  await waitFor("size 80x24 ascii");
  child.write("q");
});

test("a shell has the terminal to itself, then the screen comes back", async () => {
  const { child, text, waitFor } = start();
  await waitFor("size");
  child.write("xs");
  await waitFor("shell:");
  expect(text()).not.toContain("keys");
  child.write("hello\r");
  await waitFor("got hello");
  child.write("\r");
  await waitFor("keys x");
  expect(text()).not.toContain("shell");
  child.write("y");
  await waitFor("keys x y");
});

test("lives on while the line stands still, and shows the latest when it goes on", async () => {
  const { child, waitFor, readNotes } = start({ args: ["--ticks"] });
  await waitFor("tick 3");
  child.pause();
  await delay(500);
  const before = readNotes().length;
  await delay(2000);
  const after = readNotes().length;
  expect(after - before).toBeGreaterThan(10);
  child.resume();
  await waitFor(new RegExp(`tick ${Math.floor(after / 100)}\\d\\d|tick ${Math.ceil(after / 100)}\\d\\d`));
});

test("ends by itself when the terminal is hung up", async () => {
  const { child, waitFor, readNotes } = start({ args: ["--ticks"] });
  await waitFor("tick 3");
  const gone = (async () => {
    for (;;) {
      try {
        process.kill(child.pid, 0);
      } catch {
        return true;
      }
      await delay(20);
    }
  })();
  (child as unknown as { destroy: () => void }).destroy();
  expect(await Promise.race([gone, delay(5000, false)])).toBe(true);
  expect(readNotes()).toContain("hang-up");
});

test("NO_COLOR takes the colours and leaves inverse", async () => {
  const { waitFor, received } = start({ env: { NO_COLOR: "1", CI: "true" } });
  await waitFor("keys");
  expect(received()).toContain("\x1b[7m");
  expect(received()).not.toMatch(/\x1b\[[\d;]*31/);
});

test("says what to do where stdin is no terminal", async () => {
  const failed = exec([node, program, "/dev/null"]).catch((error) => error);
  expect(await failed).toMatchObject({
    stderr: expect.stringContaining("The screens need a terminal, and stdin is none."),
  });
});

test("a frame is shown before Ink is there, and keys pressed at it are kept", async () => {
  const { child, waitFor } = start({ args: ["--first-frame"] });
  await waitFor("drawn before Ink");
  child.write("xy");
  await waitFor("keys x y");
});

test("on a terminal of another size that frame would not fit: it is left out", async () => {
  const { received, waitFor } = start({ args: ["--first-frame"], columns: 100, rows: 30 });
  await waitFor("size 100x30");
  expect(received()).not.toContain("drawn before Ink");
});
