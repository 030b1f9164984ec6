import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { seeds } from "../../../../image/packages.ts";
import { formatLock, lockFile, packagesOf, parseLock } from "../../../../image/source/lock.ts";

const text = readFileSync(lockFile, "utf8");
const lock = parseLock(text);

test("the lock of the repository is in its own format and names no host", () => {
  expect(formatLock(lock)).toBe(text);
  expect(text).not.toMatch(/:\/\//);
});

test("the lock holds every seed of the image", () => {
  const names = packagesOf(lock, "image").map((entry) => entry.name);
  for (const { name } of seeds) expect(names).toContain(name);
});

test("nothing that only an installed Debian needs has slipped in", () => {
  const names = packagesOf(lock, "image").map((entry) => entry.name);
  expect(names.filter((name) => /^(perl|python3|systemd|dpkg|initramfs-tools|debconf)/.test(name))).toEqual(
    [],
  );
});

test("the ZFS module is compiled for the kernel that is in the image", () => {
  const release = (group: "image" | "toolchain", prefix: string) =>
    packagesOf(lock, group)
      .map((entry) => entry.name)
      .find((name) => new RegExp(`^${prefix}-6.*-amd64$`).test(name))!
      .slice(prefix.length);
  expect(release("toolchain", "linux-headers")).toBe(release("image", "linux-image"));
});

test.each(["", "{}", '{"format":2,"packages":[]}', '{"format":1,"packages":[{"name":"x"}]}'])(
  "%j is refused with the way out",
  (broken) => {
    expect(() => parseLock(broken)).toThrow(
      expect.objectContaining({ name: "UserError", hint: expect.stringContaining("scripts/lock") }),
    );
  },
);
