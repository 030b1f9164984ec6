import { Box, Text, useWindowSize } from "ink";
import type { ReactNode } from "react";
import { cut, widthOf } from "./text.ts";
import { colours, useTheme } from "./theme.tsx";

/** A key and what it does: ["Enter", "next"]. */
export type KeyHint = readonly [key: string, meaning: string];

export interface FrameProps {
  /** The way to here: ["Install", "Disks"]. */
  readonly path: readonly string[];
  /** Right end of the header: a text, or the place among numbered screens. */
  readonly right?: string | { readonly step: number; readonly of: number };
  readonly keys: readonly KeyHint[];
  /** One line above the keys that asks for attention. */
  readonly notice?: string | null;
  readonly name?: string;
  readonly children?: ReactNode;
}

/** The room for a frame's body: the window less header, two rules and keys. */
export function useBodySize(): { columns: number; rows: number } {
  const { columns, rows } = useWindowSize();
  return { columns, rows: Math.max(1, rows - 4) };
}

/** Header line, rule, body, rule, one line of keys: exactly as large as the window. */
export function Frame({ path, right = "", keys, notice, name = "nix-dabei", children }: FrameProps) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const place = typeof right === "string" ? right : stepsText(right.step, right.of);
  const title = cut(
    [name, ...path].join(` ${symbols.crumb} `),
    columns - widthOf(place) - 3,
    symbols.ellipsis,
  );
  const rule = symbols.rule.repeat(columns);
  return (
    <Box flexDirection="column" width={columns} height={rows + 4}>
      <Box justifyContent="space-between" height={1} flexShrink={0}>
        <Text bold>{title}</Text>
        <Text>{place} </Text>
      </Box>
      <Text dimColor>{rule}</Text>
      <Box flexDirection="column" height={rows} flexShrink={0} overflow="hidden">
        {children}
      </Box>
      <Text dimColor>{rule}</Text>
      <Keys keys={keys} notice={notice ?? null} width={columns} />
    </Box>
  );
}

function stepsText(step: number, of: number): string {
  const numbers = Array.from({ length: of }, (_, index) => index + 1);
  return numbers.map((number) => (number === step ? `[${number}]` : ` ${number} `)).join("");
}

function Keys({ keys, notice, width }: { keys: readonly KeyHint[]; notice: string | null; width: number }) {
  const { symbols } = useTheme();
  if (notice !== null) {
    return (
      <Text bold color={colours.warning} wrap="truncate">
        {` ${cut(notice, width - 2, symbols.ellipsis)}`}
      </Text>
    );
  }
  return (
    <Text wrap="truncate">
      {keys.map(([key, meaning]) => (
        <Text key={key}>
          {" "}
          <Text bold>{key}</Text>
          {` ${meaning} `}
        </Text>
      ))}
    </Text>
  );
}
