import { Text } from "ink";
import { useTheme } from "./theme.tsx";

export interface BusyProps {
  readonly text: string;
  readonly milliseconds: number;
}

/** Tells that something is under way, by its seconds: one or two bytes each on the line, where a spinner costs hundreds. */
export function Busy({ text, milliseconds }: BusyProps) {
  const { symbols } = useTheme();
  return <Text>{`${text}${symbols.ellipsis}  ${Math.max(0, Math.floor(milliseconds / 1000))} s`}</Text>;
}
