import { randomBytes, randomUUID } from "node:crypto";
import type { Machine } from "./machine.ts";

/** Random values, drawn at the edge so that update stays pure. */
export interface Drawn {
  readonly hostId: string;
  /** One for each disk of the machine. */
  readonly guids: readonly string[];
}

/** Draws what a plan on this machine needs. */
export function drawFor(machine: Machine): Drawn {
  return { hostId: newHostId(), guids: machine.disks.map(() => randomUUID()) };
}

/** Eight hexadecimal digits, and not those that mean "none". */
function newHostId(): string {
  const hostId = randomBytes(4).toString("hex");
  return hostId === "00000000" ? newHostId() : hostId;
}
