import xterm from "@xterm/headless";

/** A terminal in memory: takes what a program writes, and holds what a person would see. */
export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  constructor(columns = 80, rows = 24) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 2000,
      allowProposedApi: true,
      // Firmware sends noise in the middle of a sequence, and xterm tells it on our own terminal.
      logLevel: "off",
    });
  }

  /**
   * Takes text; resolves when it is on the screen.
   * No bytes: xterm (6.0.0) loses characters where a chunk ends inside of one, and "•" is three bytes.
   */
  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  /** What the terminal answers to questions such as "where is the cursor?" (CSI 6n): the size probe of the installer. */
  onReply(listener: (text: string) => void): void {
    this.#terminal.onData(listener);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** The rows in view, without the blanks at their ends. */
  text(): string {
    const { active } = this.#terminal.buffer;
    return this.#lines(active.baseY, active.baseY + this.#terminal.rows);
  }

  /** The rows in view and those that have scrolled away. */
  history(): string {
    return this.#lines(0, this.#terminal.buffer.active.length);
  }

  #lines(from: number, to: number): string {
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: to - from }, (_, index) => active.getLine(from + index));
    return rows.map((row) => row?.translateToString(true) ?? "").join("\n");
  }
}
