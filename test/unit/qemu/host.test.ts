import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDisk, hashDisk } from "../../../qemu/disks.ts";
import { hasVirtualization } from "../../../qemu/host.ts";
import { serveDirectory } from "../../../qemu/serve.ts";
import { MiB } from "../../../tui/base/bytes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dabei-host-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("virtualization is a flag of the cpu", () => {
  expect(hasVirtualization("processor : 0\nflags\t\t: fpu vmx sse\n")).toBe(true);
  expect(hasVirtualization("flags\t\t: fpu svm\n")).toBe(true);
  expect(hasVirtualization("flags\t\t: fpu sse\nvmx flags\t: vnmi\n")).toBe(false);
});

test("a disk is sparse, made once, and has a hash", async () => {
  const path = join(folder, "disk.raw");
  expect(await createDisk(path, 64 * MiB)).toBe(true);
  const { size, blocks } = await stat(path);
  expect(size).toBe(64 * MiB);
  expect(blocks).toBeLessThan(100);
  const before = await hashDisk(path);
  expect(await createDisk(path, MiB)).toBe(false);
  expect(await hashDisk(path)).toBe(before);
});

test("serves files, and nothing outside of the folder", async () => {
  await writeFile(join(folder, "a file"), "content");
  const server = await serveDirectory(folder);
  try {
    const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}/${path}`, init);
    expect(await (await get("a%20file")).text()).toBe("content");
    expect((await get("a%20file", { method: "HEAD" })).headers.get("content-length")).toBe("7");
    expect((await get("missing")).status).toBe(404);
    expect((await get("")).status).toBe(404);
    expect((await get("..%2f..%2f..%2fetc/passwd")).status).toBe(404);
    expect((await get("%")).status).toBe(404);
    expect((await get("a%20file", { method: "PUT", body: "x" })).status).toBe(405);
    expect(await readFile(join(folder, "a file"), "utf8")).toBe("content");
  } finally {
    await server.close();
  }
});

test("breaks off in the middle of a file, and waits, where it is told to", async () => {
  await writeFile(join(folder, "whole"), "0123456789");
  await writeFile(join(folder, "broken"), "0123456789");
  let go = () => {};
  const told = new Promise<void>((resolve) => {
    go = resolve;
  });
  const meddle = async (path: string) => {
    if (path === "/broken") return "half" as const;
    await told;
    return "all" as const;
  };
  const server = await serveDirectory(folder, { meddle });
  try {
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${server.port}/${path}`).then((answer) => answer.text());
    const waits = get("whole");
    await expect(get("broken")).rejects.toThrow();
    go();
    expect(await waits).toBe("0123456789");
  } finally {
    await server.close();
  }
});
