import { existsSync, readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { exec } from "../base/exec.ts";
import { drawFor } from "../machine/draw.ts";
import { probeSettled } from "../machine/probe.ts";
import { targetRoot } from "../plan/target.ts";
import { mountsBelow } from "../run/live.ts";
import { consoleLog, decided, driversLoaded } from "../run/places.ts";
import type { Message } from "./message.ts";
import type { Send } from "./store.ts";

/** Looks at the machine, read-only, and draws the random values that a plan on it needs. */
export async function probeForScreens(): Promise<Message> {
  // Drivers are loaded while the first screen is drawn.
  const machine = await probeSettled(exec);
  return { is: "machine-probed", machine, drawn: drawFor(machine) };
}

/** Tells when disks, addresses, host keys or mounts at /mnt have come or gone: DHCP answers late, some drivers load late, disks are plugged in. */
export async function watchMachine(send: Send, signal: AbortSignal): Promise<void> {
  let before = outlineOf();
  while (!signal.aborted) {
    await pause(2000, undefined, { signal, ref: false }).catch(() => {});
    const now = outlineOf();
    if (now === before || signal.aborted) continue;
    before = now;
    send({ is: "machine-changed" });
  }
}

/** Tells when an unattended installation begins: its answers may lie on a disk that comes to light late. */
export async function watchUnattended(send: Send, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !existsSync(consoleLog))
    await pause(1000, undefined, { signal, ref: false }).catch(() => {});
  if (!signal.aborted && !existsSync(decided)) send({ is: "unattended-begun" });
}

/** What can be seen of it without running a program. */
function outlineOf(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(
    (cards) => cards?.map(({ cidr }) => cidr) ?? [],
  );
  const disks = listing("/sys/block").filter((name) => !/^(?:loop|ram|zram|zd|dm-)/.test(name));
  const keys = listing("/etc/ssh").filter((name) => name.endsWith(".pub"));
  return JSON.stringify([addresses, disks, keys, existsSync(driversLoaded), mountsBelow(targetRoot)]);
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
