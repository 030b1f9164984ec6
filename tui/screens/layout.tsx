import { Box, Text } from "ink";
import { choicesOfField } from "../app/field-choices.ts";
import { type LayoutField, layoutFields, type Model } from "../app/model.ts";
import { currentLayout, machineOf } from "../app/navigation.ts";
import { issueAt, layoutIssues } from "../app/on-layout.ts";
import { formatBytes } from "../base/bytes.ts";
import { vdevOptions } from "../plan/layout.ts";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { cut, padTo } from "../widgets/text.ts";
import { colours, useTheme } from "../widgets/theme.tsx";
import { OpenFieldPane } from "./layout-field.tsx";
import { PartitionTable } from "./partition-table.tsx";
import type { ScreenProps } from "./props.ts";

export const fieldTitles: Record<LayoutField, string> = {
  redundancy: "Redundancy",
  pool: "Pool",
  hostname: "Hostname",
  encryption: "Encryption",
  swap: "Swap",
  datasets: "Datasets",
  compression: "Compression",
};

export function LayoutScreen({ model, send }: ScreenProps) {
  const { symbols } = useTheme();
  const { screen } = model;
  if (screen.at !== "layout") return null;
  const { open } = screen;
  const keys: KeyHint[] = open
    ? [
        ...(open.kind === "choices" ? [[symbols.upDown, "move"] as const] : []),
        ["Enter", open.kind === "choices" ? "choose" : "done"],
        ["Esc", "leave as it was"],
      ]
    : [
        [symbols.upDown, "field"],
        ["Enter", "change"],
        ["n", "next"],
        ["Esc", "back"],
        ["?", "what does this mean"],
      ];
  return (
    <Frame path={["Install", "Layout"]} right={{ step: 2, of: 5 }} keys={keys} notice={model.notice}>
      {open ? (
        <OpenFieldPane model={model} open={open} title={fieldTitles[open.field]} send={send} />
      ) : (
        <Fields model={model} focus={screen.focus} />
      )}
    </Frame>
  );
}

function Fields({ model, focus }: { readonly model: Model; readonly focus: number }) {
  const { columns } = useBodySize();
  const issues = layoutIssues(model);
  const placed = layoutFields.map((field) => issueAt(issues, field));
  const others = issues.filter((issue) => !placed.includes(issue));
  const layout = currentLayout(model)?.layout;
  return (
    <>
      {layoutFields.map((field, index) => (
        <FieldLine
          key={field}
          title={fieldTitles[field]}
          value={fieldValue(model, field)}
          isCurrent={index === focus}
          issue={placed[index]?.message ?? null}
          width={columns}
        />
      ))}
      {others.map(({ where, message, severity }) => (
        <Text key={where + message} color={severity === "error" ? colours.bad : colours.warning}>
          {`  ! ${message}`}
        </Text>
      ))}
      <Box flexDirection="column" marginTop={1}>
        {layout && <PartitionTable layout={layout} width={columns} />}
      </Box>
    </>
  );
}

function FieldLine({
  title,
  value,
  isCurrent,
  issue,
  width,
}: {
  readonly title: string;
  readonly value: readonly [value: string, note: string];
  readonly isCurrent: boolean;
  readonly issue: string | null;
  readonly width: number;
}) {
  const { symbols } = useTheme();
  const [now, note] = value;
  return (
    <>
      <Text wrap="truncate">
        {isCurrent ? "> " : "  "}
        <Text inverse={isCurrent}>{title}</Text>
        {`${" ".repeat(15 - title.length)}${padTo(now, 16)} `}
        <Text dimColor>{cut(note, width - 35, symbols.ellipsis)}</Text>
      </Text>
      {issue !== null && <Text color={colours.bad}>{`                 ! ${issue}`}</Text>}
    </>
  );
}

/** A field's value, and a word on what it means. */
function fieldValue(model: Model, field: LayoutField): readonly [string, string] {
  const { layout, system, disks } = model.answers;
  const titleOfChoice = (value: string) =>
    choicesOfField(model, field).find((choice) => choice.value === value)?.title ?? value;
  switch (field) {
    case "redundancy": {
      const chosen = (machineOf(model)?.disks ?? []).filter(({ path }) => disks.includes(path));
      const option = vdevOptions(chosen, layout).find(({ kind }) => kind === layout.vdev);
      return [option?.title ?? layout.vdev, option?.reason ?? option?.mayDie ?? ""];
    }
    case "pool":
      return [layout.pool, ""];
    case "hostname":
      return [system.hostname ?? "the flake's own", system.hostId ? `hostId ${system.hostId}` : ""];
    case "encryption": {
      const set = model.passphrase === null ? "no passphrase yet" : "passphrase set";
      return [titleOfChoice(layout.encryption), layout.encryption === "none" ? "" : set];
    }
    case "swap":
      if (layout.swap === 0) return ["none", ""];
      return [
        `${formatBytes(layout.swap)} a disk`,
        layout.encryption === "none" ? "" : "encrypted with a new random key at each boot",
      ];
    case "datasets":
      return [
        layout.preset,
        choicesOfField(model, field).find(({ value }) => value === layout.preset)?.note ?? "",
      ];
    case "compression":
      return [layout.compression, ""];
    default:
      return field satisfies never;
  }
}
