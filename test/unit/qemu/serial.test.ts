import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyBytes } from "../../../qemu/keys.ts";
import { SerialLine } from "../../../qemu/serial.ts";

let folder: string;
let guest: Socket;
let line: SerialLine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dabei-serial-"));
  const server = createServer().listen(join(folder, "line"));
  await once(server, "listening");
  guest = connect(join(folder, "line"));
  const [host] = await once(server, "connection");
  server.close();
  line = new SerialLine({ log: join(folder, "log"), explain: (reason) => `${reason} explained` });
  line.attach(host);
});

afterEach(async () => {
  guest.destroy();
  await rm(folder, { recursive: true });
});

test("waits for what comes in pieces, and sees the screen, not the stream", async () => {
  const seen = line.waitFor("hello world", { timeout: 5000 });
  guest.write("hello \x1b[31m");
  guest.write("wor\x1b[0mld");
  expect((await seen).trim()).toBe("hello world");
  guest.write("\x1b[2J");
  await line.waitFor((screen) => !screen.includes("hello"), { timeout: 5000 });
  await line.waitForLog(/hello/, { timeout: 5000 });
  expect(line.bytesReceived).toBe(24);
});

test("characters of more than one byte come in pieces", async () => {
  const dots = "•".repeat(200);
  for (const byte of Buffer.from(dots)) {
    guest.write(Buffer.of(byte));
    await nextTurn();
  }
  const screen = await line.waitFor((text) => text.replaceAll("\n", "").length === 200, { timeout: 5000 });
  expect(screen.replaceAll("\n", "")).toBe(dots);
});

test("a mark tells a second message from the first", async () => {
  guest.write("ready 1\r\n");
  await line.waitForLog(/ready/, { timeout: 5000 });
  const next = line.waitForLog(/ready (\d)/, { from: line.mark(), timeout: 5000 });
  guest.write("ready 2\r\n");
  expect((await next)[1]).toBe("2");
});

test("answers where the cursor is, so that a size probe works", async () => {
  guest.write("\x1b[999;999H\x1b[6n");
  const [reply] = await once(guest, "data");
  expect(String(reply)).toBe("\x1b[24;80R");
});

test("keys go out in one piece", async () => {
  line.press("down", "enter");
  const [keys] = await once(guest, "data");
  expect(String(keys)).toBe("\x1b[B\r");
});

test("a timeout and a crash reach whoever waits", async () => {
  await expect(line.waitFor("never", { timeout: 10 })).rejects.toThrow("in vain for never. explained");
  const waiting = line.waitFor("never");
  line.fail(new Error("dead"));
  await expect(waiting).rejects.toThrow("dead");
  await expect(line.waitForLog(/later/)).rejects.toThrow("dead");
});

test.each([
  ["ctrl-l", "\x0c"],
  ["f1", "\x1bOP"],
  ["x", "x"],
  ["esc", "\x1b"],
])("key %s", (key, bytes) => {
  expect(keyBytes(key)).toBe(bytes);
});

test("a misspelt key is refused", () => {
  expect(() => keyBytes("retrun")).toThrow(TypeError);
});
