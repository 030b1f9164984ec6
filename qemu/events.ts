import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";

/** One JSON object that the guest sent. */
export type GuestEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** The far end of the virtio-serial port org.nix-dabei.events: what happens in the guest, without reading its screen. */
export class EventLine {
  /** All that came so far. */
  readonly received: GuestEvent[] = [];
  #failure: Error | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #log: string;
  readonly #explain: (reason: string) => string;

  constructor(options: { log: string; explain?: (reason: string) => string }) {
    this.#log = options.log;
    this.#explain = options.explain ?? ((reason) => reason);
    writeFileSync(this.#log, "");
  }

  attach(socket: Socket): void {
    socket.on("error", () => {});
    createInterface({ input: socket })
      .on("line", (line) => this.#receive(line))
      .on("error", () => {});
  }

  /** Waits until an event of this name, or one that fits, has come. */
  waitFor(
    wanted: string | ((event: GuestEvent) => boolean),
    options: { readonly timeout?: number } = {},
  ): Promise<GuestEvent> {
    const fits = typeof wanted === "string" ? (event: GuestEvent) => event.event === wanted : wanted;
    return new Promise((resolve, reject) => {
      const end = (result: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        result();
      };
      const look = () => {
        const found = this.received.find(fits);
        if (found) end(() => resolve(found));
        else if (this.#failure) end(() => reject(this.#failure));
      };
      const timer = setTimeout(() => {
        const last = this.received.at(-1);
        const reason = `No event ${wanted} has come. The last one: ${JSON.stringify(last)}.`;
        end(() => reject(new Error(this.#explain(reason))));
      }, options.timeout ?? 300_000);
      this.#watchers.add(look);
      look();
    });
  }

  /** Ends the line: whoever waits for what has not come gets this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  #receive(line: string): void {
    // Half a line is what a guest that was cut off leaves.
    if (!line.startsWith("{") || !line.endsWith("}")) return;
    writeFileSync(this.#log, `${line}\n`, { flag: "a" });
    this.received.push(JSON.parse(line));
    this.#wake();
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
