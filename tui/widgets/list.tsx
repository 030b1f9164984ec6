import { Box, Text } from "ink";
import { useRef } from "react";
import { cut } from "./text.ts";
import { colours, useTheme } from "./theme.tsx";

export interface ListRow {
  readonly key: string;
  /** The part that is inverse when the row is current: short, so that an arrow key costs few bytes on the line. */
  readonly lead: string;
  readonly rest?: string;
  /** Why it cannot be chosen. The row stays visible, greyed, and its reason stands behind it. */
  readonly reason?: string | null;
  readonly tone?: keyof typeof colours;
}

export interface ListProps {
  readonly rows: readonly ListRow[];
  /** Index of the current row; -1 when the list is not the one with the focus. */
  readonly focus: number;
  /** Lines the list may take. A longer list scrolls and says so on its last line. */
  readonly height: number;
  readonly width: number;
}

/** The part of a list that is shown: as few rows as possible move when the focus moves. */
export function visiblePart(
  top: number,
  focus: number,
  count: number,
  height: number,
): { top: number; size: number } {
  if (count <= height) return { top: 0, size: count };
  const size = Math.max(1, height - 1);
  const least = focus < 0 ? top : focus - size + 1;
  const most = focus < 0 ? top : focus;
  return { top: Math.max(0, Math.min(Math.max(top, least), most, count - size)), size };
}

/** Rows with one current. Takes no keys: the focus is moved by whoever owns it. */
export function List({ rows, focus, height, width }: ListProps) {
  const top = useRef(0);
  const part = visiblePart(top.current, focus, rows.length, height);
  top.current = part.top;
  const shown = rows.slice(part.top, part.top + part.size);
  return (
    <Box flexDirection="column">
      {shown.map((row, index) => (
        <Row key={row.key} row={row} isCurrent={part.top + index === focus} width={width} />
      ))}
      {shown.length < rows.length && (
        <Text dimColor>{`  ${hiddenText(part.top, rows.length - part.top - part.size)}`}</Text>
      )}
    </Box>
  );
}

/** "2 more above, 3 more below". */
export function hiddenText(above: number, below: number): string {
  if (above === 0) return `${below} more below`;
  return below === 0 ? `${above} more above` : `${above} more above, ${below} more below`;
}

function Row({ row, isCurrent, width }: { row: ListRow; isCurrent: boolean; width: number }) {
  const { symbols } = useTheme();
  const isDisabled = row.reason !== undefined && row.reason !== null;
  const lead = cut(row.lead, width - 2, symbols.ellipsis);
  const rest = [row.rest ?? "", isDisabled ? row.reason : ""].filter(Boolean).join("  ");
  const room = width - 2 - lead.length - 2;
  const colour = row.tone ? { color: colours[row.tone] } : {};
  return (
    <Text wrap="truncate" dimColor={isDisabled} {...colour}>
      {isCurrent ? "> " : "  "}
      <Text inverse={isCurrent}>{lead}</Text>
      {rest === "" ? "" : `  ${cut(rest, room, symbols.ellipsis)}`}
    </Text>
  );
}
