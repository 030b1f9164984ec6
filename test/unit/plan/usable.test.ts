import { expect, test } from "vitest";
import { MiB } from "../../../tui/base/bytes.ts";
import { luksHeader, usableOf } from "../../../tui/plan/vdev.ts";
import { diskOfSize, usableCases } from "../../fixtures/usable-cases.ts";

// Asked for are 3 %.
test.each(usableCases)("$name: what zfs list says", ({ layout, sizes, measured }) => {
  expect(Math.abs(usableOf(sizes.map(diskOfSize), layout) / measured - 1)).toBeLessThan(0.001);
});

test("LUKS takes its header from every disk", () => {
  const { layout, sizes } = usableCases.find(({ name }) => name === "mirror of 2")!;
  const disks = sizes.map(diskOfSize);
  const lost = usableOf(disks, layout) - usableOf(disks, { ...layout, encryption: "luks" });
  expect(luksHeader).toBe(16 * MiB);
  // ZFS uses whole metaslabs of some GiB: the header's loss is none or one of them.
  expect(lost).toBeGreaterThanOrEqual(0);
  expect(lost / usableOf(disks, layout)).toBeLessThan(0.01);
});
