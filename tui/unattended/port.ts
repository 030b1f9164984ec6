import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** The virtio-serial port on which a virtual machine's caller learns what happens. */
const portName = "org.nix-dabei.events";

export interface Port {
  readonly send: (value: object) => void;
  /** Waits until all is sent, or the host has not read for a while. */
  readonly close: () => Promise<void>;
}

/** The port, as one JSON object a line; null on a machine that has none. */
export function openPort(ports = "/sys/class/virtio-ports"): Port | null {
  const device = deviceOf(ports);
  if (device === null) return null;
  let descriptor: number;
  try {
    // A host that does not read must not stop the installation.
    descriptor = openSync(device, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  let pending = Buffer.alloc(0);
  let isOpen = true;
  const flush = () => {
    try {
      while (pending.length > 0) pending = pending.subarray(writeSync(descriptor, pending));
    } catch {
      // Nobody reads, or the buffers are full: again with the next event.
    }
  };
  return {
    send: (value) => {
      if (!isOpen) return;
      // Without a reader it would grow for ever; what is lost then is what nobody wanted.
      if (pending.length > 1024 * 1024) pending = Buffer.alloc(0);
      pending = Buffer.concat([pending, Buffer.from(`${JSON.stringify(value)}\n`)]);
      flush();
    },
    close: async () => {
      for (let tries = 0; pending.length > 0 && tries < 20; tries++) {
        await wait(100);
        flush();
      }
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** udev's link /dev/virtio-ports/NAME may not be there yet. */
function deviceOf(ports: string): string | null {
  try {
    const entry = readdirSync(ports).find((name) => nameIn(`${ports}/${name}/name`) === portName);
    return entry ? `/dev/${entry}` : null;
  } catch {
    return null;
  }
}

function nameIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
