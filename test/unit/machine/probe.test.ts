import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test, vi } from "vitest";
import { UserError } from "../../../tui/base/errors.ts";
import { exec } from "../../../tui/base/exec.ts";
import { probeMachine } from "../../../tui/machine/probe.ts";
import { loadMachine } from "../../../tui/machine/recorded.ts";
import { machineNames } from "../plan/example.ts";
import { has } from "../tools/programs.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const top = resolve(import.meta.dirname, "../../..");
const folder = `${top}/test/fixtures/machines/`;

test.skipIf(!has("lsblk"))("this machine can be probed, and written down", async () => {
  const machine = await probeMachine(exec);
  expect(machine.memory).toBeGreaterThan(0);
  expect(machine.cpu.cores).toBeGreaterThan(0);
  expect(JSON.parse(JSON.stringify(machine))).toEqual(machine);
});

test.each(machineNames)("the recorded machine %s", async (name) => {
  const machine = await loadMachine(`${folder}${name}.json`);
  expect(new Set(machine.disks.map(({ path }) => path)).size).toBe(machine.disks.length);
});

test("other files are told apart", async () => {
  await expect(loadMachine("/nowhere.json")).rejects.toThrow(UserError);
  await expect(loadMachine(`${top}/package.json`)).rejects.toThrow(/is no recorded machine/);
  await expect(loadMachine(`${top}/LICENSE`)).rejects.toThrow(/is no recorded machine/);
});

test("a machine of an earlier version: what it does not tell is not known", async () => {
  const directory = mkdtempSync(join(tmpdir(), "dabei-machine-"));
  const file = join(directory, "machine.json");
  const disk = { name: "sda", path: "/dev/sda", size: 1e11 };
  writeFileSync(file, JSON.stringify({ firmware: "bios", disks: [disk] }));
  const machine = await loadMachine(file);
  expect(machine.disks[0]).toMatchObject({ ...disk, serial: null, transport: "other", byId: [] });
  expect(machine.product.uuid).toBe("");
  writeFileSync(file, JSON.stringify({ firmware: "bios", disks: [{}] }));
  await expect(loadMachine(file)).rejects.toThrow(/is no recorded machine/);
  rmSync(directory, { recursive: true });
});
