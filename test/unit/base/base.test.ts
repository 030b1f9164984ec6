import { expect, test } from "vitest";
import { formatBytes, GiB, MiB, parseBytes, TiB } from "../../../tui/base/bytes.ts";
import { exitCodeOf, IssuesError, ToolError, UserError } from "../../../tui/base/errors.ts";
import { exec } from "../../../tui/base/exec.ts";
import { shellQuote } from "../../../tui/base/shell.ts";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536 * 1024, "1.5 MiB"],
  [GiB - 1, "1.0 GiB"],
  [894.3 * GiB, "894.3 GiB"],
  [7.3 * TiB, "7.3 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  ["8G", 8 * GiB],
  ["512 MiB", 512 * MiB],
  ["1.5TiB", 1.5 * TiB],
  ["4096", 4096],
  ["0", 0],
  ["10 B", 10],
  ["8X", undefined],
  ["-1", undefined],
  ["", undefined],
])("%j is %s bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test("what the exit codes stand for", () => {
  expect(exitCodeOf(new IssuesError([]))).toBe(2);
  expect(exitCodeOf(new UserError("no"))).toBe(1);
  expect(exitCodeOf(new ToolError("no", { argv: [], exitCode: 1, stderr: "", stdout: "" }))).toBe(1);
  expect(exitCodeOf(new DOMException("stopped", "AbortError"))).toBe(130);
  expect(exitCodeOf(new TypeError("bug"))).toBe(70);
});

test.each([
  [["zpool", "create", "-o", "ashift=12"], "zpool create -o ashift=12"],
  [["echo", "it's", "", "a b"], "echo 'it'\\''s' '' 'a b'"],
])("quoted for a shell: %j", (argv, text) => {
  expect(shellQuote(argv)).toBe(text);
});

test("a program's output, its input, and its lines as they come", async () => {
  const lines: string[] = [];
  const result = await exec(["sh", "-c", "cat; echo err >&2"], {
    input: "one\ntwo\n",
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  expect(result).toEqual({ stdout: "one\ntwo", stderr: "err", exitCode: 0 });
  expect(lines.sort()).toEqual(["stderr err", "stdout one", "stdout two"]);
});

test("a program that fails says how, and one that is missing too", async () => {
  await expect(exec(["sh", "-c", "echo no >&2; exit 3"])).rejects.toMatchObject({
    exitCode: 3,
    stderr: "no",
  });
  await expect(exec(["/no/such/program"])).rejects.toThrow(/could not be started/);
  expect((await exec(["sh", "-c", "exit 3"], { accept: [3] })).exitCode).toBe(3);
});

test("a program is ended when the signal fires", async () => {
  const controller = new AbortController();
  const running = exec(["sleep", "60"], { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
});
