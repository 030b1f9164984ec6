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

test("flags that no processor has are the emulator's fault, others are not", () => {
  const registers = (flags: string) =>
    `[   37.683319] RSP: 0018:ff5aa3254056baf0 EFLAGS: ${flags}\r\n[ 37.7] Kernel panic - not syncing: Fatal exception in interrupt\r\n`;
  expect(findCrash(registers("c5d6c6c2"), "tcg")).toBeInstanceOf(VmCrashedByEmulator);
  for (const [flags, accelerator] of [
    ["00010246", "tcg"],
    ["003fffff", "tcg"],
    ["c5d6c6c2", "kvm"],
  ] as const) {
    const crash = findCrash(registers(flags), accelerator);
    expect(crash).toBeInstanceOf(VmCrashed);
    expect(crash).not.toBeInstanceOf(VmCrashedByEmulator);
  }
});

test("a timer that stands still is the emulator's fault", () => {
  const log =
    "[    0.024000] ..MP-BIOS bug: 8254 timer not connected to IO-APIC\r\n[    0.024000] Kernel panic - not syncing: IO-APIC + timer doesn't work!  Boot with apic=debug and send a report.\r\n";
  expect(findCrash(log, "tcg")).toBeInstanceOf(VmCrashedByEmulator);
  expect(findCrash(log, "kvm")).not.toBeInstanceOf(VmCrashedByEmulator);
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
