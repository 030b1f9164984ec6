import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KeyInput } from "../../../tui/terminal/key-input.ts";

/** Reads like Ink: everything there is at each "readable". So what two keys in one turn would do shows as one string. */
function listen(options: ConstructorParameters<typeof KeyInput>[0] = {}) {
  const input = new KeyInput(options);
  const heard: string[] = [];
  input.setEncoding("utf8");
  input.on("readable", () => {
    for (let chunk = input.read(); chunk !== null; chunk = input.read()) heard.push(chunk);
  });
  return { input, heard };
}

const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const script = [
  ["\x1b[A", ["\x1b[A"]],
  ["\x1bOB", ["\x1bOB"]],
  ["\x1b[1;5C", ["\x1b[1;5C"]],
  ["\x1b[5~", ["\x1b[5~"]],
  ["\x1b[[A", ["\x1b[[A"]],
  ["\x1bOM", ["\r"]],
  ["é漢", ["é", "漢"]],
  ["🙂", ["🙂"]],
  ["ab\r", ["a", "b", "\r"]],
  ["\r\n\n", ["\r", "\r"]],
  ["\x03\x7f\t", ["\x03", "\x7f", "\t"]],
  // Replies and reports: cursor, device attributes, focus, mouse, colours (OSC), DECRQM, XTVERSION (DCS).
  ["\x1b[24;80Rx", ["x"]],
  ["\x1b[?62;22cx", ["x"]],
  ["\x1b[Ix", ["x"]],
  ["\x1b[<0;3;4Mx", ["x"]],
  ["\x1b]11;rgb:0000/0000/0000\x07x", ["x"]],
  ["\x1bP>|XTerm(370)\x1b\\x", ["x"]],
  ["\x1b[?2026;2$yx", ["x"]],
  ["\x1b[200~two\nlines\x1b[201~\r", ["two lines", "\r"]],
  ["\x1b[200~\x1b[Aquiet\r\n\x1b[201~", ["[Aquiet"]],
  ["a\0b", ["a", "b"]],
  // A sequence that breaks off: the next key is not lost.
  ["\x1b[1\x1b[B", ["\x1b[B"]],
] as const;

describe("whole keys", () => {
  test.each(script)("%j in one chunk", async (text, keys) => {
    const { input, heard } = listen();
    input.feed(Buffer.from(text));
    await wait(300);
    expect(heard).toEqual(keys);
  });

  test.each(script)("%j split at every byte, 100 ms between", async (text, keys) => {
    const bytes = Buffer.from(text);
    for (let split = 1; split < bytes.length; split++) {
      const { input, heard } = listen();
      input.feed(bytes.subarray(0, split));
      await wait(100);
      input.feed(bytes.subarray(split));
      await wait(300);
      // Split after CR, its LF is a second Enter: nobody can know better, and only a script sends it.
      if (!(text.startsWith("\r\n") && split === 1)) expect(heard, `split at ${split}`).toEqual(keys);
    }
  });

  test("every byte alone, 100 ms between, on a slow line", async () => {
    const { input, heard } = listen();
    for (const byte of Buffer.from("\x1b[B\x1b[6~é\r")) {
      input.feed(Buffer.from([byte]));
      await wait(100);
    }
    await wait(300);
    expect(heard).toEqual(["\x1b[B", "\x1b[6~", "é", "\r"]);
  });
});

describe("Escape", () => {
  test("comes after 120 ms", async () => {
    const { input, heard } = listen();
    input.feed("\x1b");
    await wait(110);
    expect(heard).toEqual([]);
    await wait(20);
    expect(heard).toEqual(["\x1b"]);
  });

  test("followed by another key is two keys", async () => {
    const { input, heard } = listen();
    input.feed("\x1bn\x1b\x1b[A");
    await wait(300);
    expect(heard).toEqual(["\x1b", "n", "\x1b", "\x1b[A"]);
  });

  test.each(["[B", "[", "OA", "[1;5C", "[6~"])(
    "the late rest %j of an arrow key never becomes text",
    async (rest) => {
      const { input, heard } = listen();
      input.feed("\x1b");
      await wait(200);
      for (const character of rest) {
        input.feed(character);
        await wait(80);
      }
      if (rest !== "[") {
        await wait(500);
        expect(heard).toEqual(["\x1b"]);
      } else {
        // Somebody did type a bracket after Escape.
        await wait(500);
        expect(heard).toEqual(["\x1b", "["]);
      }
    },
  );

  test("typing after it is not held back", async () => {
    const { input, heard } = listen();
    input.feed("\x1b");
    await wait(200);
    input.feed("Box");
    await wait(10);
    expect(heard).toEqual(["\x1b", "B", "o", "x"]);
  });
});

describe("delivery", () => {
  test("one key in each turn of the event loop", async () => {
    const input = new KeyInput();
    const turns: string[][] = [];
    input.setEncoding("utf8");
    input.on("readable", () => {
      const turn: string[] = [];
      for (let chunk = input.read(); chunk !== null; chunk = input.read()) turn.push(chunk);
      if (turn.length > 0) turns.push(turn);
    });
    input.feed("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\r");
    await wait(50);
    expect(turns).toEqual([["\x1b[B"], ["\x1b[B"], ["\x1b[B"], ["\x1b[B"], ["\x1b[B"], ["\r"]]);
  });

  test("keys typed while nobody listens, between two screens, are kept apart and in order", async () => {
    const input = new KeyInput();
    input.feed("ab\r");
    await wait(50);
    const heard: string[] = [];
    input.on("readable", () => {
      for (let chunk = input.read(); chunk !== null; chunk = input.read()) heard.push(String(chunk));
    });
    await wait(50);
    expect(heard).toEqual(["a", "b", "\r"]);
  });

  test("a stream that nobody reads does not grow without bound", async () => {
    const input = new KeyInput();
    for (let count = 0; count < 100; count++) input.feed("x".repeat(1000));
    const heard: string[] = [];
    input.on("readable", () => heard.push(String(input.read())));
    await wait(60_000);
    expect(heard.length).toBeLessThanOrEqual(4097);
  });

  test("an intercepted key and a reply go elsewhere", async () => {
    const replies: string[] = [];
    const { input, heard } = listen({
      intercept: (key) => key === "\f",
      onReply: (text) => replies.push(text),
    });
    input.feed("a\f\x1b[30;100Rb");
    await wait(50);
    expect(heard).toEqual(["a", "b"]);
    expect(replies).toEqual(["30;100R"]);
  });
});
