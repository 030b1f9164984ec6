import { Box, Text } from "ink";
import type { KeyHint } from "./frame.tsx";
import { padTo, widthOf, wrap } from "./text.ts";

export interface HelpProps {
  readonly keys: readonly KeyHint[];
  /** What the screen is for: each a paragraph. */
  readonly paragraphs: readonly string[];
  readonly width: number;
}

/** Keys on the left, their meaning on the right, then the paragraphs: what `?` shows in place of a screen's body. */
export function Help({ keys, paragraphs, width }: HelpProps) {
  const keyWidth = Math.max(0, ...keys.map(([key]) => widthOf(key)));
  return (
    <Box flexDirection="column" paddingX={2}>
      {keys.map(([key, meaning]) => (
        <Text key={key} wrap="truncate">
          <Text bold>{padTo(key, keyWidth)}</Text>
          {`  ${meaning}`}
        </Text>
      ))}
      {paragraphs.map((paragraph) => (
        <Box key={paragraph} flexDirection="column" marginTop={1}>
          <Text>{wrap(paragraph, width - 4).join("\n")}</Text>
        </Box>
      ))}
    </Box>
  );
}
