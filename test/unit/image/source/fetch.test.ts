import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { debFile, fetchPackages } from "../../../../image/source/fetch.ts";
import type { LockedPackage } from "../../../../image/source/lock.ts";
import { mirrorAt } from "../../../../image/source/mirror.ts";

const content = Buffer.from("not really a package, ".repeat(1000));
const entry: LockedPackage = {
  name: "a",
  version: "1",
  architecture: "all",
  size: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
  archive: "debian",
  path: "pool/main/a/a/a_1_all.deb",
  groups: { image: "seed" },
};

let home = "";
let server: Server;
let ranges: (string | undefined)[] = [];
let files: Record<string, Buffer> = {};
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "dabei-fetch-"));
  vi.stubEnv("XDG_CACHE_HOME", home);
  ranges = [];
  files = { "/debian/pool/main/a/a/a_1_all.deb": content };
  server = createServer((request, response) => {
    const file = files[request.url!];
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(file ? (from ? 206 : 200) : 404).end(file?.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(home, { recursive: true });
});

const notes: string[] = [];
const fetchIt = () =>
  fetchPackages(
    [entry],
    async () => mirrorAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`),
    (text) => notes.push(text),
  );

test("a package is fetched once, and said with bytes", async () => {
  await fetchIt();
  expect(readFileSync(debFile(entry)).equals(content)).toBe(true);
  expect(notes.at(-1)).toMatch(/^1 of 1 packages, 21\.5 KiB of 21\.5 KiB$/);
  await fetchIt();
  expect(ranges).toEqual([undefined]);
});

test("what came before an interruption is not fetched again", async () => {
  mkdirSync(join(home, "nix-dabei/debs"), { recursive: true });
  writeFileSync(`${debFile(entry)}.part`, content.subarray(0, 5000));
  await fetchIt();
  expect(ranges).toEqual(["bytes=5000-"]);
  expect(readFileSync(debFile(entry)).equals(content)).toBe(true);
});

test("a file that has left the mirror: the error names scripts/lock and --relock", async () => {
  files = {};
  await expect(fetchIt()).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("a_1_all.deb"),
    hint: expect.stringMatching(/scripts\/lock.*--relock/),
  });
});

test("other bytes than the lock's are refused and not kept", async () => {
  files = { "/debian/pool/main/a/a/a_1_all.deb": Buffer.alloc(content.length) };
  await expect(fetchIt()).rejects.toThrow("not the file that the package lock names");
  expect(existsSync(debFile(entry))).toBe(false);
  expect(existsSync(`${debFile(entry)}.part`)).toBe(false);
});
