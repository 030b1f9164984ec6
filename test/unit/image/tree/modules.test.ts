import { expect, test } from "vitest";
import { moduleName, readModuleInformation } from "../../../../image/tree/modules.ts";

test.each([
  ["kernel/drivers/md/dm-mod.ko.xz", "dm_mod"],
  ["extra/zfs.ko", "zfs"],
  ["nls_utf8", "nls_utf8"],
])("%s is the module %s", (path, name) => {
  expect(moduleName(path)).toBe(name);
});

test("what a module says of itself", () => {
  const strings = [
    "license=GPL",
    "softdep=pre: crc32c-generic post: other",
    "depends=dm-mod,raid6_pq",
    "firmware=a/b.bin",
    "firmware=c.fw",
    "xdepends=no",
  ];
  const module = Buffer.concat([
    Buffer.from([0x7f, 1, 2]),
    Buffer.from(`\0${strings.join("\0")}\0`),
    Buffer.from([3, 4]),
  ]);
  expect(readModuleInformation(module)).toEqual({
    depends: ["dm_mod", "raid6_pq"],
    softDepends: ["crc32c_generic", "other"],
    firmware: ["a/b.bin", "c.fw"],
  });
});
