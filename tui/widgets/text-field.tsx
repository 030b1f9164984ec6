import { Box, Text } from "ink";
import { widthOf } from "./text.ts";
import { colours, useTheme } from "./theme.tsx";

export interface TextFieldProps {
  readonly value: string;
  /** Code points left of the cursor. */
  readonly cursor: number;
  readonly width: number;
  readonly isFocused?: boolean;
  /** Shown, greyed, while the value is empty. */
  readonly placeholder?: string;
  /** What is wrong with the value; stands below the field. */
  readonly error?: string | null;
}

/** A line of text with its cursor as an inverse cell. Takes no keys: whoever owns the value edits it. */
export function TextField({
  value,
  cursor,
  width,
  isFocused = true,
  placeholder = "",
  error,
}: TextFieldProps) {
  const characters = [...value];
  const first = firstShown(characters, cursor, width);
  const before = characters.slice(first, cursor).join("");
  const after = characters.slice(cursor + 1).join("");
  const isEmpty = value === "";
  return (
    <Box flexDirection="column" width={width}>
      <Box width={width} height={1}>
        <Text wrap="truncate">
          {isFocused ? before : characters.slice(first).join("")}
          {/* "_" shows the end of the text on terminals that have no inverse. */}
          {isFocused && <Text inverse>{characters[cursor] ?? "_"}</Text>}
          {isFocused && after}
          {isEmpty && <Text dimColor>{isFocused ? ` ${placeholder}` : placeholder}</Text>}
        </Text>
      </Box>
      <Problem error={error ?? null} />
    </Box>
  );
}

/** A secret: one dot for each character. */
export function PasswordField({ value, cursor, ...props }: TextFieldProps) {
  const { symbols } = useTheme();
  return <TextField {...props} value={symbols.secret.repeat([...value].length)} cursor={cursor} />;
}

function Problem({ error }: { readonly error: string | null }) {
  if (error === null) return null;
  return <Text color={colours.bad}>{`! ${error}`}</Text>;
}

/** A text longer than its place is shown from where the cursor is still inside. */
function firstShown(characters: readonly string[], cursor: number, width: number): number {
  let first = cursor;
  let room = width - 1;
  while (first > 0) {
    room -= widthOf(characters[first - 1] ?? "");
    if (room < 0) break;
    first--;
  }
  return first;
}
