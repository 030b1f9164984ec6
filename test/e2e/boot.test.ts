import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MiB } from "../../tui/base/bytes.ts";
import { builtImage, directoryOf, firstScreen, withInstaller } from "./harness.ts";

const memory = 512 * MiB;

test.each(["bios", "uefi"] as const)("comes up to the first screen in 512 MiB, %s", async (firmware) => {
  const options = { name: `boot-${firmware}`, firmware, memory, disks: [{}], flake: false as const };
  await withInstaller(options, async ({ serial }) => {
    await serial.waitFor(firstScreen);
    const machine = firmware === "uefi" ? "UEFI" : "BIOS";
    const lines = new RegExp(`Machine .* ${machine}\\n *Disks +1 found, 1 free`);
    const screen = await serial.waitFor(lines);
    expect(screen).toMatch(/^nix-dabei 0\.1/);
  });
});

test("a changed byte in the squashfs is refused", async () => {
  const { initrd } = await builtImage();
  const changed = join(directoryOf("."), "boot-changed-initrd");
  onTestFinished(() => rm(changed, { force: true }));
  await writeChanged(initrd, changed);
  const options = { name: "boot-changed", memory: 1024 * MiB, initrd: changed, flake: false as const };
  await withInstaller({ ...options, firmware: "bios" }, async ({ serial }) => {
    const [message] = await serial.waitForLog(/.*does not match.*/);
    expect(message).toContain("squashfs");
    expect(serial.sent()).not.toContain(firstScreen);
  });
});

/** Copies the initrd with one bit of the squashfs turned over, in the middle of its packed data. */
async function writeChanged(initrd: string, changed: string): Promise<void> {
  const { directory } = await builtImage();
  const squashfs = await readFile(join(directory, "rootfs.squashfs"));
  const bytes = await readFile(initrd);
  const at = bytes.indexOf(squashfs.subarray(0, 4096));
  expect(at, "the squashfs lies in the initrd as it is").toBeGreaterThan(0);
  await writeFile(changed, bytes);
  const file = await open(changed, "r+");
  const middle = at + Math.floor(squashfs.length / 2);
  await file.write(Buffer.of(bytes[middle]! ^ 1), 0, 1, middle);
  await file.close();
}
