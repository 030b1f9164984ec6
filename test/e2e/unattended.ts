import { expect } from "vitest";
import type { GuestEvent } from "../../qemu/events.ts";
import type { Vm } from "../../qemu/vm.ts";
import { type InstallerOptions, withInstaller } from "./harness.ts";

/** The name under which a virtual machine is handed its answers. */
export const credential = "opt/io.systemd.credentials/dabei.answers";

/** What an unattended installation tells at its end. */
export interface Ended extends GuestEvent {
  readonly result: "installed" | "failed" | "refused" | "stopped" | "handed-over";
  readonly exitCode: number;
  readonly sentence: string | null;
}

/** Waits for the end of an unattended installation. The console's log is in the error when it does not come. */
export async function waitForEnd(vm: Vm): Promise<Ended> {
  return (await vm.events.waitFor("ended", { timeout: 1_800_000 })) as Ended;
}

/**
 * Installs by an answer file, on new disks: what `flake` of the options offers is installed where the answers name no
 * flake. Null where the options hand the answers over in another way. Answers all events once it is installed; `meanwhile` sees the running machine. Fails with the console's log.
 */
export async function installUnattended(
  options: InstallerOptions,
  answers: string | null,
  meanwhile: (vm: Vm) => Promise<unknown> = async () => {},
): Promise<readonly GuestEvent[]> {
  const handed = answers === null ? {} : { [credential]: answers };
  const firmwareConfig = { ...options.firmwareConfig, ...handed };
  return withInstaller({ ...options, firmwareConfig }, async (vm) => {
    await meanwhile(vm);
    const { result, sentence } = await waitForEnd(vm);
    expect(result, `${sentence}\n${vm.serial.sent()}`).toBe("installed");
    return vm.events.received;
  });
}
