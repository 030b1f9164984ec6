import { expect, test } from "vitest";
import { healthOf, putBack, readData, writeData } from "./installed.ts";
import { bootCase, installAll, type LayoutCase, type LayoutMachine } from "./layout-machine.ts";

test("a mirror with BIOS starts from its second disk, and is whole again when the first is back", async () => {
  const one: LayoutCase = { name: "mirror-2", disks: 2, layout: { vdev: "mirror" } };
  const machine: LayoutMachine = { name: "layouts-bios", firmware: "bios", cases: [one] };
  expect(await installAll(machine)).toEqual(new Map());
  const data = await bootCase(machine, one, { keep: true }, async (vm) => {
    expect(await healthOf(vm, one)).toBe("ONLINE");
    return writeData(vm);
  });
  await bootCase(machine, one, { without: [0] }, async (vm) => {
    expect(await healthOf(vm, one)).toBe("DEGRADED");
    expect(await readData(vm)).toBe(data);
    await putBack(vm, one, [0]);
  });
});
