/**
 * `[######....]  58 %`, in exactly `width` cells. Fraction is 0 to 1, null where it is not known.
 * Full only when it is: a bar that stands at 100 % while work goes on is a lie.
 */
export function progressText(fraction: number | null, width: number): string {
  const cells = Math.max(1, width - 8);
  const done = Math.max(0, Math.min(1, fraction ?? 0));
  const filled = Math.floor(done * cells);
  const percent = fraction === null ? "   ?" : String(Math.floor(done * 100)).padStart(4);
  return `[${"#".repeat(filled)}${".".repeat(cells - filled)}]${percent} %`;
}
