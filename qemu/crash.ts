/** A guest kernel that died, or a QEMU that ended, while someone waited for the machine. */
export class VmCrashed extends Error {
  override readonly name: string = "VmCrashed";
}

/**
 * QEMU's own faults, with two emulated cpus; never with KVM. Known are three:
 * - The guest's kernel, while it patches its own code, runs into a breakpoint it has just removed, and dies of
 *   `Oops: int3`. Once in about 80 boots.
 * - After a compare-and-exchange of 16 bytes the flags are a word of memory: the bits 22 to 31, which are zero on every
 *   processor there is, are not, and the kernel takes the wrong branch. Once in about 1000 boots.
 * - On a busy host no tick of the timer arrives while the kernel, 24 ms after its start, looks for some: it takes the
 *   IO-APIC for broken. Once in about 1000 boots.
 */
export class VmCrashedByEmulator extends VmCrashed {
  override readonly name = "VmCrashedByEmulator";
}

const emulatorFault =
  /int3: 0000 \[#|Kernel panic - not syncing.*(int3|IO-APIC \+ timer doesn't work)|EFLAGS: (?!00[0-3])[0-9a-f]{8}\b/;
const panic = /Kernel panic - not syncing: .*/;

/** The crash that a piece of the serial line's log tells of, if it does. */
export function findCrash(log: string, accelerator: "kvm" | "tcg"): VmCrashed | undefined {
  if (accelerator === "tcg" && emulatorFault.test(log)) {
    return new VmCrashedByEmulator(
      "The guest's kernel died of a fault of the emulator (an int3 oops, impossible flags, or a timer that stood still).",
    );
  }
  const [line] = panic.exec(log) ?? [];
  return line === undefined ? undefined : new VmCrashed(`The guest's kernel died: ${line.trim()}`);
}

/** How often a machine is tried again after the emulator's fault. */
const retries = 2;

/** Runs the body again from its start where the emulator's own fault ended it, and says so; any other error goes through. */
export async function retryEmulatorFault<Result>(
  body: () => Promise<Result>,
  say: (line: string) => void = console.warn,
): Promise<Result> {
  for (let left = retries; ; left--) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof VmCrashedByEmulator) || left === 0) throw error;
      say(`${error.message.split("\n")[0]} Starting the machine again (${left} more tries).`);
    }
  }
}
