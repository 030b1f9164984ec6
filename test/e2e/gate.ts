import type { Meddler, Part } from "../../qemu/serve.ts";

/** Lets files of a cache through, half of them, or none until it is told to. */
export class Gate {
  /** Paths of NARs in the order in which they were asked for. */
  readonly asked: string[] = [];
  /** Paths of NARs that were sent whole. */
  readonly sent: string[] = [];
  #left = Number.POSITIVE_INFINITY;
  #rest: Promise<Part> = Promise.resolve("all");
  #decide: (part: Part) => void = () => {};
  #held = () => {};

  readonly meddle: Meddler = async (path) => {
    if (!path.includes("/nar/")) return "all";
    this.asked.push(path);
    if (this.#left-- <= 0) {
      this.#held();
      if ((await this.#rest) === "half") return "half";
    }
    this.sent.push(path);
    return "all";
  };

  /** From now on so many come whole, then each breaks off in its middle. */
  breakAfter(count: number): void {
    this.#left = count;
    this.#rest = Promise.resolve("half");
  }

  /** So many come whole, the others are held back until open() or break(); answers when the first of them was asked for. */
  close(count = 0): Promise<void> {
    this.#left = count;
    this.#rest = new Promise((resolve) => {
      this.#decide = resolve;
    });
    return new Promise((resolve) => {
      this.#held = resolve;
    });
  }

  open(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#decide("all");
  }

  /** What is held back, and all that comes after it, breaks off in its middle. */
  break(): void {
    this.#decide("half");
  }
}
