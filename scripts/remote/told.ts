import type { RunEvent } from "../../tui/run/events.ts";
import { nothingTold, type Telling, tell } from "../../tui/unattended/lines.ts";

/** Runs in our image: the log of the installation by answers from a line on, or else the journal's events. */
export const followScript = `# nix-dabei follows
works() { sv status unattended 2>/dev/null | grep -q ^run; }
works || exec dabei events --follow
tail -n "+$1" -f /run/dabei/unattended.log &
while works; do sleep 1; done
sleep 1
kill $!`;

/** Turns what the script prints into lines for people, over several connections: nothing is told twice. */
export class Told {
  /** Lines of the log that were told. */
  lines = 0;
  #events = 0;
  #telling: Telling = nothingTold;
  #at = 0;

  /** Another connection: the journal begins again at its first event, the log where it was. */
  restart(): void {
    this.#at = 0;
  }

  read(line: string): string[] {
    if (!line.startsWith("{")) {
      this.lines++;
      return [line.replace(/^nix-dabei (\d\d:\d\d:\d\d )?/, "  ")];
    }
    this.#at++;
    if (this.#at <= this.#events) return [];
    this.#events = this.#at;
    const { telling, lines } = tell(this.#telling, JSON.parse(line) as RunEvent);
    this.#telling = telling;
    return lines.map((text) => `  ${text}`);
  }
}
