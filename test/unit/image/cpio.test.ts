import fc from "fast-check";
import { expect, test } from "vitest";
import { type CpioEntry, writeCpio } from "../../../image/cpio.ts";

/** Reads an archive back, after the kernel's description of the format. */
function readCpio(archive: Buffer) {
  const members: { path: string; mode: number; links: number; device: [number, number]; body: Buffer }[] = [];
  const align = (offset: number) => (offset + 3) & ~3;
  for (let at = 0; ; ) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const field = (index: number) =>
      Number.parseInt(archive.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, links, time, size, nameSize] = [field(1), field(4), field(5), field(6), field(11)];
    expect([field(2), field(3), time]).toEqual([0, 0, 0]);
    const device: [number, number] = [field(9), field(10)];
    const path = archive.toString("utf8", at + 110, at + 110 + nameSize - 1);
    const start = align(at + 110 + nameSize);
    const body = archive.subarray(start, start + size);
    at = align(start + size);
    if (path === "TRAILER!!!") {
      expect(at).toBe(archive.length);
      return members;
    }
    members.push({ path, mode, links, device, body });
  }
}

const name = fc.stringMatching(/^[a-zé][a-z0-9._-]{0,9}$/);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const file = fc.record({
  path,
  kind: fc.constant("file" as const),
  mode: fc.constantFrom(0o644, 0o755),
  bytes: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
});
const files = fc.uniqueArray(file, { selector: (entry) => entry.path });

test("an archive gives back what went in, whatever the order", () => {
  fc.assert(
    fc.property(files, (entries) => {
      const archive = writeCpio(entries);
      const read = new Map(readCpio(archive).map((member) => [member.path, member]));
      for (const entry of entries) {
        const member = read.get(entry.path)!;
        expect(member.mode).toBe(0o100000 | entry.mode);
        expect(member.body.equals(entry.bytes)).toBe(true);
      }
      expect(writeCpio(entries.toReversed()).equals(archive)).toBe(true);
    }),
  );
});

test("every parent comes before what is in it, since the kernel makes none", () => {
  fc.assert(
    fc.property(files, (entries) => {
      const paths = readCpio(writeCpio(entries)).map((member) => member.path);
      for (const [index, it] of paths.entries()) {
        const parent = it.includes("/") ? it.slice(0, it.lastIndexOf("/")) : undefined;
        if (parent !== undefined) expect(paths.slice(0, index)).toContain(parent);
      }
    }),
  );
});

test("devices, links and directories", () => {
  const entries: CpioEntry[] = [
    { path: "dev/console", kind: "character-device", mode: 0o600, major: 5, minor: 1 },
    { path: "bin/sh", kind: "link", target: "busybox" },
    { path: "root", kind: "directory", mode: 0o700 },
  ];
  const members = readCpio(writeCpio(entries)).map(({ path, mode, device, body }) => ({
    path,
    mode: mode.toString(8),
    device,
    body: body.toString(),
  }));
  expect(members).toEqual([
    { path: "bin", mode: "40755", device: [0, 0], body: "" },
    { path: "bin/sh", mode: "120777", device: [0, 0], body: "busybox" },
    { path: "dev", mode: "40755", device: [0, 0], body: "" },
    { path: "dev/console", mode: "20600", device: [5, 1], body: "" },
    { path: "root", mode: "40700", device: [0, 0], body: "" },
  ]);
});

test("a path given twice is an error", () => {
  const entry: CpioEntry = { path: "init", kind: "directory", mode: 0o755 };
  expect(() => writeCpio([entry, entry])).toThrow("twice");
});
