import { Box, Text } from "ink";
import type { ReactNode } from "react";

/** A word on the left, what belongs to it on the right, as many lines as it needs. */
export function Labelled({
  label,
  width = 10,
  children,
}: {
  readonly label: string;
  readonly width?: number;
  readonly children: ReactNode;
}) {
  return (
    <Box paddingLeft={2}>
      <Box width={width} flexShrink={0}>
        <Text bold>{label}</Text>
      </Box>
      <Box flexDirection="column" flexGrow={1}>
        {children}
      </Box>
    </Box>
  );
}
