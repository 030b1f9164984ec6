import { expect, test } from "vitest";
import { poolsOf } from "../../../tui/machine/pools.ts";
import { recorded } from "../app/driver.ts";

test("each pool once, with the disks of its members and its last host", () => {
  const pools = poolsOf(recorded("old-zfs-pools"));
  expect(pools.length).toBeGreaterThan(0);
  expect(new Set(pools.map(({ guid }) => guid)).size).toBe(pools.length);
  expect(pools).toMatchInlineSnapshot(`
    [
      {
        "disks": [
          "sdd",
        ],
        "guid": "902",
        "host": null,
        "name": "backup",
      },
      {
        "disks": [
          "sdc",
        ],
        "guid": "31337",
        "host": "old",
        "name": "rpool",
      },
      {
        "disks": [
          "sda",
          "sdb",
        ],
        "guid": "17423905618233412",
        "host": "web1",
        "name": "tank",
      },
    ]
  `);
});

test("a machine without ZFS has none", () => {
  expect(poolsOf(recorded("windows-laptop"))).toEqual([]);
});
