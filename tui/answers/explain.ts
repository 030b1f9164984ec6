import { formatBytes } from "../base/bytes.ts";
import { holdsOf } from "../machine/describe.ts";
import type { Disk } from "../machine/machine.ts";
import type { Match } from "./select.ts";

/** What each selector makes of each disk, for a person who wonders why: a heading a selector, a line a disk. */
export function explainMatches(matches: readonly Match[]): string[] {
  const places = [...new Set(matches.map(({ where }) => where))];
  return places.flatMap((place) => {
    const tried = matches.filter(({ where }) => where === place);
    const paths = Math.max(...tried.map(({ disk }) => disk.path.length));
    return [
      `${place}:`,
      ...tried.map(({ disk, reasons }) => {
        const verdict =
          reasons.length === 0 ? `matches: ${diskWords(disk)}` : `does not: ${reasons.join(", ")}`;
        return `  ${disk.path.padEnd(paths)}  ${verdict}`;
      }),
    ];
  });
}

/** "SAMSUNG MZVL, 894.3 GiB, serial S64, holds pool tank of web1". */
function diskWords(disk: Disk): string {
  return [
    disk.model ?? "no model",
    formatBytes(disk.size),
    disk.serial ? `serial ${disk.serial}` : "no serial",
    `holds ${holdsOf(disk)}`,
  ].join(", ");
}
