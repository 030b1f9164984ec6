import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { GiB, MiB } from "../../../tui/base/bytes.ts";
import { exec } from "../../../tui/base/exec.ts";
import { partitionsOf } from "../../../tui/plan/partition.ts";
import { makeFat32 } from "../../../tui/tools/mkfs.ts";
import { makeTable, verifyTable, zapTable } from "../../../tui/tools/sgdisk.ts";
import { blankDisk, guidOf, layoutChoices } from "../plan/example.ts";
import { has } from "./programs.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const directory = mkdtempSync(join(tmpdir(), "dabei-sgdisk-"));
afterAll(() => rmSync(directory, { recursive: true }));

function sparse(name: string, size: number): string {
  const file = join(directory, name);
  writeFileSync(file, "");
  truncateSync(file, size);
  return file;
}

test("argv", () => {
  const partition = { number: 2, label: "dabei-esp-1", type: "t", guid: "g", start: 2 * MiB, size: GiB };
  expect(makeTable("/dev/vda", "d", [partition])).toEqual([
    "sgdisk",
    "--clear",
    "--set-alignment=1",
    "--disk-guid=d",
    "--new=2:2M:+1024M",
    "--typecode=2:t",
    "--partition-guid=2:g",
    "--change-name=2:dabei-esp-1",
    "/dev/vda",
  ]);
});

test.skipIf(!has("sgdisk"))("the table on a disk is the layout, to the sector", async () => {
  const size = 16 * GiB + 12345 * 512;
  const file = sparse("disk", size);
  const partitions = partitionsOf(blankDisk("vda", size), 1, guidOf(7), { ...layoutChoices, swap: GiB });
  await exec(makeTable(file, guidOf(7), partitions));
  expect((await exec(verifyTable(file))).stdout).toContain("No problems found");
  for (const { number, start, size, guid, label, type } of partitions) {
    const { stdout: told } = await exec(["sgdisk", `--info=${number}`, file]);
    const value = (key: string) => new RegExp(`^${key}: '?([^ '\\n]+)`, "m").exec(told)?.[1];
    expect(Number(value("First sector")) * 512).toBe(start);
    expect(Number(value("Last sector")) * 512).toBe(start + size - 512);
    expect(value("Partition unique GUID")?.toLowerCase()).toBe(guid);
    expect(value("Partition GUID code")?.toLowerCase()).toBe(type);
    expect(value("Partition name")).toBe(label);
  }
});

test.skipIf(!has("sgdisk"))("a table is gone after the zap, twice is no harm", async () => {
  const file = sparse("zapped", GiB);
  await exec(makeTable(file, guidOf(1), []));
  await exec(zapTable(file));
  await exec(zapTable(file));
  expect((await exec(["sgdisk", "--print", file])).stdout).toContain("Creating new GPT entries in memory.");
});

test.skipIf(!has("mkfs.vfat") || !has("blkid"))("the ESP is FAT32 with its label and volume id", async () => {
  const file = sparse("esp", GiB);
  await exec(makeFat32(file, "ESP-1", "a1b2c3d4"));
  const { stdout } = await exec(["blkid", "--probe", "--output", "export", file]);
  expect(stdout).toContain("UUID=A1B2-C3D4");
  expect(stdout).toContain("LABEL=ESP-1");
  expect(stdout).toContain("VERSION=FAT32");
});
