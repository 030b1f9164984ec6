import { Box, Text } from "ink";
import { cut, printable } from "./text.ts";
import { useTheme } from "./theme.tsx";

export interface ScrollPaneProps {
  readonly lines: readonly string[];
  /** Index of the first line shown; out of range is put right. */
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/** The largest useful `top`: the last line stands at the bottom. */
export function lastTop(count: number, height: number): number {
  return Math.max(0, count - Math.max(1, height - 1));
}

/** A long text, cut at the right, with its place on the last line. What programs print is made harmless. */
export function ScrollPane({ lines, top, height, width }: ScrollPaneProps) {
  const { symbols } = useTheme();
  const size = Math.max(1, height - 1);
  const first = Math.max(0, Math.min(top, lastTop(lines.length, height)));
  const shown = lines.slice(first, first + size);
  return (
    <Box flexDirection="column" height={height} width={width}>
      <Box height={size}>
        <Text>{shown.map((line) => cut(printable(line), width, symbols.ellipsis)).join("\n")}</Text>
      </Box>
      <Text dimColor>{placeText(first, shown.length, lines.length)}</Text>
    </Box>
  );
}

function placeText(first: number, size: number, count: number): string {
  if (count === 0) return "nothing yet";
  return size === count ? `all ${count} lines` : `lines ${first + 1} to ${first + size} of ${count}`;
}
