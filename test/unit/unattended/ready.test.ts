import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Machine } from "../../../tui/machine/machine.ts";
import { withLateDisks } from "../../../tui/unattended/ready.ts";
import { stubExec } from "../flake/stub-exec.ts";
import { recorded } from "../plan/example.ts";

let directory: string;
let marker: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dabei-ready-"));
  marker = join(directory, "coldplugged");
});
afterEach(() => rmSync(directory, { recursive: true }));

const card = { name: "mmcblk0", path: "/dev/mmcblk0", type: "disk", size: 8e9, mountpoints: [null] };
const empty: Machine = { ...recorded("qemu-two-disks"), disks: [] };
const isShort = ({ disks }: Machine) => disks.length === 0;

function run() {
  const { exec, commands } = stubExec([
    { command: "udevadm settle" },
    { command: "lsblk", stdout: JSON.stringify({ blockdevices: [card] }) },
  ]);
  const said: string[] = [];
  const result = withLateDisks(empty, isShort, { exec, say: (line) => said.push(line) }, marker);
  return { result, said, commands };
}

test("a card that comes after the drivers is waited for", async () => {
  writeFileSync(marker, "");
  const { result, said } = run();
  expect((await result).disks.map(({ path }) => path)).toEqual(["/dev/mmcblk0"]);
  expect(said).toEqual(["waiting for the disks that the answers name"]);
});

test("long after the drivers, what is missing is missing", async () => {
  writeFileSync(marker, "");
  const past = Date.now() / 1000 - 31;
  utimesSync(marker, past, past);
  const { result, commands } = run();
  expect(await result).toBe(empty);
  expect(commands).toEqual([]);
});

test("outside of the image nothing is waited for", async () => {
  const { result, said } = run();
  expect(await result).toBe(empty);
  expect(said).toEqual([]);
});
