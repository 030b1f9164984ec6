import { setImmediate as nextTurn } from "node:timers/promises";
import xterm from "@xterm/headless";
import { render } from "ink";
import { createElement, type ReactNode } from "react";
import { KeyInput } from "../../tui/terminal/key-input.ts";
import { ScreenOutput } from "../../tui/terminal/screen-output.ts";
import { ThemeProvider } from "../../tui/widgets/theme.tsx";

/** What a terminal sends for a key. Any other text is sent as it is. */
const keys: Readonly<Record<string, string>> = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  "page-up": "\x1b[5~",
  "page-down": "\x1b[6~",
  enter: "\r",
  escape: "\x1b",
  space: " ",
  tab: "\t",
  backspace: "\x7f",
  delete: "\x1b[3~",
};

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly ascii?: boolean;
  readonly noColor?: boolean;
}

/** An element drawn by Ink on a terminal emulator, through the real cell diff and the real key assembler. */
export interface TestScreen {
  /** The screen's lines, blanks at their ends cut off. */
  lines(): Promise<string[]>;
  /** The same as one string: made for inline snapshots. */
  text(): Promise<string>;
  /** Bytes that went over the line since the last call (or the start). */
  bytes(): Promise<number>;
  /** Those bytes themselves, since the start. */
  sent(): string;
  /** Presses keys one after the other: "down", "enter", "escape", "ctrl-u", or text. Waits until the screen is quiet. */
  press(...names: string[]): Promise<void>;
  /** Sends bytes in one chunk, as a script or a paste does. */
  feed(bytes: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  update(element: ReactNode): Promise<void>;
  close(): void;
}

/** Shows an element on an 80x24 terminal. Close it at the end of the test, or use `await using`. */
export async function showScreen(
  element: ReactNode,
  options: ScreenOptions = {},
): Promise<TestScreen & AsyncDisposable> {
  const { columns = 80, rows = 24, ascii = false, noColor = false } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  let sent = "";
  let counted = 0;
  const stdin = new KeyInput();
  const stdout = new ScreenOutput({
    columns,
    rows,
    level: noColor ? "attributes" : "colour",
    glyphs: ascii ? "ascii" : "unicode",
    send: (bytes, taken) => {
      sent += bytes;
      terminal.write(bytes, taken);
    },
  });
  const themed = (node: ReactNode) => createElement(ThemeProvider, { ascii }, node);
  const app = render(themed(element), {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const settle = async () => {
    for (
      let quiet = 0, length = -1;
      quiet < 8;
      quiet = sent.length === length && stdin.isIdle ? quiet + 1 : 0
    ) {
      length = sent.length;
      await new Promise((resolve) => setTimeout(resolve, 5));
      await nextTurn();
    }
    await new Promise<void>((resolve) => terminal.write("", resolve));
  };
  await settle();
  const lines = async () => {
    await settle();
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "").trimEnd(),
    );
  };
  const close = () => {
    app.unmount();
    stdin.discard();
    terminal.dispose();
  };
  return {
    lines,
    text: async () => (await lines()).join("\n").trimEnd(),
    bytes: async () => {
      await settle();
      const before = counted;
      counted = Buffer.byteLength(sent);
      return counted - before;
    },
    sent: () => sent,
    press: async (...names) => {
      for (const name of names) {
        stdin.feed(bytesOf(name));
        await settle();
      }
    },
    feed: async (bytes) => {
      stdin.feed(bytes);
      await settle();
    },
    resize: async (toColumns, toRows) => {
      terminal.resize(toColumns, toRows);
      stdout.resize(toColumns, toRows);
      await settle();
    },
    update: async (node) => {
      app.rerender(themed(node));
      await settle();
    },
    close,
    [Symbol.asyncDispose]: async () => close(),
  };
}

function bytesOf(name: string): string {
  const control = /^ctrl-([a-z])$/.exec(name);
  if (control?.[1]) return String.fromCharCode(control[1].charCodeAt(0) - 96);
  return keys[name] ?? name;
}
