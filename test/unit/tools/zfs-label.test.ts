import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MiB } from "../../../tui/base/bytes.ts";
import { labelOffsets, labelSize, parsePoolLabel } from "../../../tui/tools/zfs-label.ts";

/** An XDR string: its length, its bytes, zeros up to four. */
function xdrString(text: string): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(text.length / 4) * 4);
  bytes.writeUInt32BE(text.length);
  bytes.write(text, 4);
  return bytes;
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function pair(name: string, type: number, value: Buffer): Buffer {
  const body = Buffer.concat([xdrString(name), words(type, 1), value]);
  return Buffer.concat([words(body.length + 8, 64), body]);
}

function number(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** A label as OpenZFS writes it: header of the nvlist, its pairs, a list inside it, the end. */
function label(pairs: Buffer[]): Buffer {
  const bytes = Buffer.alloc(labelSize);
  const inner = Buffer.concat([words(0, 1), pair("name", 9, xdrString("inner")), words(0, 0)]);
  const tree = pair("vdev_tree", 19, inner);
  Buffer.concat([Buffer.from([1, 1, 0, 0]), words(0, 1), tree, ...pairs, words(0, 0)]).copy(bytes, 16 * 1024);
  return bytes;
}

const guid = 17423905618233412n;
const name = pair("name", 9, xdrString("tank"));
const poolGuid = pair("pool_guid", 8, number(guid));

test("the pool's name, guid, host, state and comment", () => {
  const comment = pair("comment", 9, xdrString("nix-dabei: web1"));
  const pairs = [pair("version", 8, number(5000n)), name, pair("state", 8, number(0n)), poolGuid, comment];
  expect(parsePoolLabel(label([...pairs, pair("hostname", 9, xdrString("web1"))]))).toEqual({
    name: "tank",
    guid: "17423905618233412",
    host: "web1",
    isExported: false,
    comment: "nix-dabei: web1",
  });
});

test("the label of a member of a raidz3 that OpenZFS 2.3.9 made and exported", () => {
  const list = readFileSync(new URL("../../fixtures/zfs-label.base64", import.meta.url), "utf8");
  const bytes = Buffer.alloc(labelSize);
  Buffer.from(list, "base64").copy(bytes, 16 * 1024);
  expect(parsePoolLabel(bytes)).toEqual({
    name: "rpool",
    guid: expect.stringMatching(/^\d+$/),
    host: "rescue",
    isExported: true,
    comment: null,
  });
});

test("an exported pool that never knew its host", () => {
  expect(parsePoolLabel(label([name, poolGuid, pair("state", 8, number(1n))]))).toMatchObject({
    host: null,
    isExported: true,
  });
});

test("an initrd that had no name yet is no host", () => {
  const unnamed = label([name, poolGuid, pair("hostname", 9, xdrString("(none)"))]);
  expect(parsePoolLabel(unnamed)).toMatchObject({ host: null });
});

test.each([
  ["zeros", Buffer.alloc(labelSize)],
  ["a label without a name", label([poolGuid])],
  ["a label cut short", label([name, poolGuid]).subarray(0, 16 * 1024 + 40)],
  ["nothing", Buffer.alloc(0)],
])("%s is no label", (_, bytes) => {
  expect(parsePoolLabel(bytes)).toBeNull();
});

test("whatever is on a disk, reading it never throws and always ends", () => {
  const whole = label([name, poolGuid]).subarray(0, 17 * 1024);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 })), { maxLength: 20 }),
      (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[16 * 1024 + at] = value;
        parsePoolLabel(bytes);
      },
    ),
  );
});

test("two labels in front, two at the end of the last whole 256 KiB", () => {
  expect(labelOffsets(64 * MiB + 4096)).toEqual([0, 262144, 66584576, 66846720]);
  expect(labelOffsets(0)).toEqual([0, 262144]);
});
