import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";

interface Reply {
  readonly QMP?: unknown;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly data?: Record<string, unknown>;
}

/**
 * QEMU's control line: JSON, one message a line.
 *
 * Source  docs/interop/qmp-spec and qemu-qmp-ref of QEMU
 */
export class Qmp {
  readonly #socket: Socket;
  readonly #pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #events = new EventEmitter();
  readonly #ready: Promise<unknown>;
  #lastId = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => {});
    socket.once("close", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("QEMU has ended"));
      this.#pending.clear();
    });
    const greeted = once(this.#events, "greeting");
    // The interface passes the socket's errors on: QEMU's end may reset the line.
    createInterface({ input: socket })
      .on("line", (line) => this.#receive(JSON.parse(line)))
      .on("error", () => {});
    this.#ready = greeted.then(() => this.#send("qmp_capabilities"));
    this.#ready.catch(() => {});
  }

  /** Runs one command. Throws with QEMU's own words where it refuses. */
  async execute(command: string, parameters?: Record<string, unknown>): Promise<unknown> {
    await this.#ready;
    return this.#send(command, parameters);
  }

  /** Calls back at each event of this name ("SHUTDOWN", "DEVICE_DELETED" …). */
  onEvent(name: string, listener: (data: Record<string, unknown>) => void): void {
    this.#events.on(`event ${name}`, listener);
  }

  async waitForEvent(name: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
    const [data] = await once(this.#events, `event ${name}`, signal ? { signal } : {});
    return data;
  }

  /** Cuts the power: what the guest has not written to its disks is lost. */
  async quit(): Promise<void> {
    await this.execute("quit").catch(() => {});
  }

  /** Presses the power button; what comes of it is the guest's decision. */
  async powerdown(): Promise<void> {
    await this.execute("system_powerdown");
  }

  /** Pulls a disk out ("disk-2"). Resolves when the guest has let it go. */
  async deviceDelete(id: string): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      this.onEvent("DEVICE_DELETED", ({ device }) => device === id && resolve());
    });
    await this.execute("device_del", { id });
    await gone;
  }

  /** Takes the medium out of a drive. */
  async eject(id: string): Promise<void> {
    await this.execute("eject", { id, force: true });
  }

  #send(command: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    });
  }

  #receive(message: Reply): void {
    if (message.QMP) this.#events.emit("greeting");
    if (message.event) this.#events.emit(`event ${message.event}`, message.data ?? {});
    const request = message.id === undefined ? undefined : this.#pending.get(message.id);
    if (message.id === undefined || !request) return;
    this.#pending.delete(message.id);
    if (message.error) request.reject(new Error(`QEMU refuses: ${message.error.desc}`));
    else request.resolve(message.return);
  }
}
