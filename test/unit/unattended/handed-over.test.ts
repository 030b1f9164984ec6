import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { oemCredential } from "../../../tui/unattended/credentials.ts";
import { plainText } from "../../../tui/unattended/load.ts";

/** An SMBIOS structure of type 11: a header of five bytes, strings, an empty one at the end. */
const table = (...strings: string[]) =>
  Buffer.concat([Buffer.from([11, 5, 0, 1, strings.length]), Buffer.from(`${strings.join("\0")}\0\0`)]);

test.each([
  ["as text", "io.systemd.credential:dabei.answers=version: 1\ndisks: [a=b]\n", "version: 1\ndisks: [a=b]\n"],
  ["in base64", `io.systemd.credential.binary:dabei.answers=${btoa("version: 1")}`, "version: 1"],
])("a credential out of SMBIOS, %s", (_, string, text) => {
  const found = oemCredential(table("io.systemd.credential:other=x", string), "dabei.answers");
  expect(found?.toString()).toBe(text);
});

test("no credential of another name, and none in what is no table", () => {
  expect(oemCredential(table("io.systemd.credential:dabei.answers2=x"), "dabei.answers")).toBeNull();
  expect(oemCredential(Buffer.alloc(0), "dabei.answers")).toBeNull();
  expect(oemCredential(Buffer.from([11, 200]), "dabei.answers")).toBeNull();
});

test("answers may be packed", () => {
  expect(plainText(Buffer.from("version: 1\n"))).toBe("version: 1\n");
  expect(plainText(zstdCompressSync("version: 1\n"))).toBe("version: 1\n");
  expect(plainText(Buffer.alloc(0))).toBe("");
});

test("packed, but cut off; packed, and endless", () => {
  const packed = zstdCompressSync("version: 1\n".repeat(100));
  expect(() => plainText(packed.subarray(0, 12))).toThrow(/cut off or damaged/);
  expect(() => plainText(zstdCompressSync(Buffer.alloc(8 * 1024 * 1024)))).toThrow(/cut off or damaged/);
});
