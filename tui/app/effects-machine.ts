import { randomBytes, randomUUID } from "node:crypto";
import { exec } from "../base/exec.ts";
import type { Machine } from "../machine/machine.ts";
import { probeMachine } from "../machine/probe.ts";
import type { Message } from "./message.ts";
import type { Drawn } from "./model.ts";

/** Looks at the machine, read-only, and draws the random values that a plan on it needs. */
export async function probeForScreens(): Promise<Message> {
  const machine = await probeMachine(exec);
  return { is: "machine-probed", machine, drawn: drawnFor(machine) };
}

export function drawnFor(machine: Machine): Drawn {
  return { hostId: newHostId(), guids: machine.disks.map(() => randomUUID()) };
}

/** Eight hexadecimal digits, and not those that mean "none". */
function newHostId(): string {
  const hostId = randomBytes(4).toString("hex");
  return hostId === "00000000" ? newHostId() : hostId;
}
