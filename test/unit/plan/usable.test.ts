import { expect, test } from "vitest";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import { vdevOptions } from "../../../tui/plan/layout.ts";
import { blankDisk, layoutChoices } from "./example.ts";

/** What OpenZFS 2.3.9 said of empty pools on disks of 8 GiB: used + available of `zfs list`, in bytes. */
test.each([
  ["mirror", 2, 512 * MiB, 5721030656],
  ["stripe", 2, 0, 12482248704],
  ["striped-mirrors", 4, 0, 12482248704],
  ["raidz2", 5, 0, 19698548736],
  ["raidz3", 6, 0, 18779996160],
] as const)("%s of %d disks", (kind, count, swap, measured) => {
  const disks = Array.from({ length: count }, (_, index) => blankDisk(`vd${index}`, 8 * GiB));
  const option = vdevOptions(disks, { ...layoutChoices, swap }).find((option) => option.kind === kind);
  expect(Math.abs((option?.usable ?? 0) / measured - 1)).toBeLessThan(0.001);
});
