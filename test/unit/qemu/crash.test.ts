import { expect, test } from "vitest";
import { findCrash, retryEmulatorFault, VmCrashed, VmCrashedByEmulator } from "../../../qemu/crash.ts";

const oops = "[    1.2] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\r\n[    1.2] CPU: 1 PID: 0\r\n";

test("the emulator's fault is told from a real panic", () => {
  expect(findCrash(oops, "tcg")).toBeInstanceOf(VmCrashedByEmulator);
  expect(findCrash(oops, "kvm")).toBeUndefined();
  const panic = findCrash("[ 2.0] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n", "tcg");
  expect(panic).toBeInstanceOf(VmCrashed);
  expect(panic).not.toBeInstanceOf(VmCrashedByEmulator);
  expect(panic?.message).toContain("Unable to mount root fs");
  expect(findCrash("all is well", "tcg")).toBeUndefined();
});

test("only the emulator's fault is tried again, twice", async () => {
  let starts = 0;
  const said: string[] = [];
  const failing = (error: Error) => async () => {
    starts++;
    throw error;
  };
  const emulator = new VmCrashedByEmulator("int3");
  await expect(retryEmulatorFault(failing(emulator), (line) => said.push(line))).rejects.toBe(emulator);
  expect(starts).toBe(3);
  expect(said).toHaveLength(2);
  await expect(retryEmulatorFault(failing(new VmCrashed("panic")))).rejects.toThrow("panic");
  expect(starts).toBe(4);
});
