import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { findMirror } from "../../../../image/source/mirror.ts";

afterEach(() => vi.unstubAllEnvs());

function apt(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), "dabei-test-"));
  mkdirSync(join(directory, "sources.list.d"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

test("the address asked for comes first, then the environment", async () => {
  vi.stubEnv("DABEI_MIRROR", "http://two.test/debian/");
  expect((await findMirror("http://one.test/debian")).debian).toBe("http://one.test/debian");
  expect(await findMirror(undefined, apt({}))).toEqual({
    debian: "http://two.test/debian",
    "debian-security": "http://two.test/debian-security",
  });
});

test.each([
  [
    "sources.list",
    "# deb http://no.test/debian x main\ndeb [arch=amd64] http://m.test/debian/ trixie main\n",
  ],
  [
    "sources.list.d/debian.sources",
    "Types: deb\n# http://no.test/debian\nURIs: http://m.test/debian\nSuites: trixie\n",
  ],
])("the host's apt names it in %s", async (file, text) => {
  vi.stubEnv("DABEI_MIRROR", "");
  expect((await findMirror(undefined, apt({ [file]: text }))).debian).toBe("http://m.test/debian");
});

test("a security tree elsewhere is taken as it is", async () => {
  vi.stubEnv("DABEI_MIRROR", "");
  const text = "deb http://m.test/debian t main\ndeb http://s.test/debian-security t main\n";
  expect((await findMirror(undefined, apt({ "sources.list": text })))["debian-security"]).toBe(
    "http://s.test/debian-security",
  );
});

test("without one the way out is told", async () => {
  vi.stubEnv("DABEI_MIRROR", "");
  const found = findMirror(undefined, apt({ "sources.list": "deb http://m.test/ubuntu noble main\n" }));
  await expect(found).rejects.toMatchObject({ name: "UserError", hint: expect.stringContaining("--mirror") });
});
