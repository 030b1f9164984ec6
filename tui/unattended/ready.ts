import { existsSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Exec } from "../base/exec.ts";
import type { Machine } from "../machine/machine.ts";
import { probeSettled } from "../machine/probe.ts";
import { driversLoaded } from "../run/places.ts";

interface Context {
  readonly exec: Exec;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The machine, when all drivers have had their turn: a disk whose controller comes late counts as well. */
export async function readyMachine({ exec, say, signal }: Context): Promise<Machine> {
  await waitForDrivers({ say, signal });
  return probeSettled(exec);
}

/** Until the drivers of all devices are loaded. Outside of the image nothing tells: then it is now. */
export async function waitForDrivers({ say, signal }: Omit<Context, "exec">): Promise<void> {
  if (!existsSync("/etc/runit/1")) return;
  for (let tries = 0; !existsSync(driversLoaded); tries++) {
    if (tries === 8) say("waiting for the drivers of all devices");
    // It comes after 95 seconds at most; what is later still is a device that hangs.
    if (tries === 1200) return say("warning: some drivers are not there yet; going on without them");
    await wait(250, undefined, signal ? { signal } : {});
  }
}

/** Cards, USB disks and those behind an expander show up some seconds after their driver. */
const lateSeconds = 30;

/**
 * The same machine, or what it is when all disks are there that the answers name: they are waited for until half a minute
 * after the drivers came. Which of them is missing is for others to say.
 */
export async function withLateDisks(
  machine: Machine,
  isShort: (machine: Machine) => boolean,
  { exec, say, signal }: Context,
  driversMarker = driversLoaded,
): Promise<Machine> {
  const marker = statSync(driversMarker, { throwIfNoEntry: false });
  let found = machine;
  for (let tries = 0; marker && isShort(found); tries++) {
    const seconds = (Date.now() - marker.mtimeMs) / 1000;
    // A clock that was set meanwhile must not keep anybody here.
    if (seconds > lateSeconds || tries === lateSeconds) break;
    if (tries === 0) say("waiting for the disks that the answers name");
    await wait(1000, undefined, signal ? { signal } : {});
    found = await probeSettled(exec);
  }
  return found;
}

/** Until a card has an address from outside, for a minute at most: what needs none of them must work without. */
export async function networkUp({ say, signal }: Omit<Context, "exec">): Promise<void> {
  const hasAddress = () =>
    Object.values(networkInterfaces()).some((addresses) =>
      addresses?.some(({ internal, address }) => !internal && !/^(fe80|169\.254)/i.test(address)),
    );
  for (let tries = 0; !hasAddress(); tries++) {
    if (tries === 8) say("waiting for a network address");
    if (tries === 240) return say("warning: no network card has an address; going on without");
    await wait(250, undefined, signal ? { signal } : {});
  }
}
