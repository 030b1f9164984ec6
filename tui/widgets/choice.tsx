import { Box, Text } from "ink";
import SelectInput from "ink-select-input";
import { useRef } from "react";

export interface ChoiceItem<Value> {
  readonly key?: string;
  readonly label: string;
  readonly value: Value;
  /** Stands behind the label. */
  readonly hint?: string;
  /** Why it cannot be chosen now; Enter does nothing on it. */
  readonly reason?: string | null;
}

export interface ChoiceProps<Value> {
  readonly items: readonly ChoiceItem<Value>[];
  readonly onSelect: (value: Value) => void;
  readonly onHighlight?: (value: Value) => void;
  readonly initialIndex?: number;
  readonly isFocused?: boolean;
  /** Lines it may take; longer lists scroll. @default all */
  readonly limit?: number;
}

/** One of a few, by ink-select-input. Safe only behind the key assembler: two keys in one chunk would choose the wrong item. */
export function Choice<Value>({
  items,
  onSelect,
  onHighlight,
  initialIndex = 0,
  isFocused = true,
  limit,
}: ChoiceProps<Value>) {
  const current = useRef<Value | undefined>(items[initialIndex]?.value);
  // ink-select-input hands every property of an item to the item's component; its types do not say so.
  const shown = items.map((item, index) => ({ ...item, key: item.key ?? `${index} ${item.label}` }));
  return (
    <SelectInput
      items={shown}
      initialIndex={initialIndex}
      isFocused={isFocused}
      {...(limit !== undefined && limit < items.length ? { limit } : {})}
      indicatorComponent={Indicator}
      itemComponent={Item}
      onHighlight={(item) => {
        current.current = item.value;
        onHighlight?.(item.value);
      }}
      onSelect={(item: ChoiceItem<Value>) => {
        // Digits choose at once in ink-select-input: what is not current is not chosen by a stray key.
        if (item.value === current.current && (item.reason ?? null) === null) onSelect(item.value);
      }}
    />
  );
}

function Indicator({ isSelected = false }: { readonly isSelected?: boolean }) {
  return <Text>{isSelected ? "> " : "  "}</Text>;
}

function Item({
  isSelected = false,
  label,
  ...rest
}: {
  readonly isSelected?: boolean;
  readonly label: string;
}) {
  const { hint, reason } = rest as Pick<ChoiceItem<unknown>, "hint" | "reason">;
  const remark = [hint, reason].filter(Boolean).join("  ");
  return (
    <Box>
      <Text inverse={isSelected} dimColor={Boolean(reason)}>
        {label}
      </Text>
      {remark !== "" && <Text dimColor>{`  ${remark}`}</Text>}
    </Box>
  );
}
