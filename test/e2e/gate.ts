import type { Meddler } from "../../qemu/serve.ts";

/** Lets files of a cache through, half of them, or none until it is told to. */
export class Gate {
  /** Paths of NARs that were sent whole. */
  readonly sent: string[] = [];
  #left = Number.POSITIVE_INFINITY;
  #closed: Promise<void> | undefined;
  #open = () => {};
  #asked = () => {};

  readonly meddle: Meddler = async (path) => {
    if (!path.includes("/nar/")) return "all";
    this.#asked();
    await this.#closed;
    if (this.#left-- <= 0) return "half";
    this.sent.push(path);
    return "all";
  };

  /** From now on so many come whole, then each breaks off in its middle. */
  breakAfter(count: number): void {
    this.#left = count;
  }

  /** Holds all back until open() is called; answers when the first was asked for. */
  close(): Promise<void> {
    this.#left = Number.POSITIVE_INFINITY;
    this.#closed = new Promise((resolve) => {
      this.#open = resolve;
    });
    return new Promise((resolve) => {
      this.#asked = resolve;
    });
  }

  open(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#open();
  }
}
