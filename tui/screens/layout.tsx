import { Box, Text } from "ink";
import { fieldNamed, fieldsOf } from "../app/fields/index.ts";
import type { LayoutPage, Model, OpenField } from "../app/model.ts";
import { currentLayout } from "../app/navigation.ts";
import { issueAt, layoutIssues } from "../app/problems.ts";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { cut, padTo, widthOf, wrap } from "../widgets/text.ts";
import { colours, useTheme } from "../widgets/theme.tsx";
import { OpenFieldPane } from "./layout-field.tsx";
import { PartitionTable } from "./partition-table.tsx";
import type { ScreenProps } from "./props.ts";

export function LayoutScreen({ model, send }: ScreenProps) {
  const { symbols } = useTheme();
  const { screen } = model;
  if (screen.at !== "layout") return null;
  const { open, page } = screen;
  const keys: KeyHint[] = open
    ? openKeys(open, symbols.upDown)
    : [
        [symbols.upDown, "field"],
        ["Enter", "change"],
        ["n", "next"],
        ["Esc", "back"],
        ["?", "what does this mean"],
      ];
  const path = ["Install", "Layout", ...(page === "more" ? ["More"] : [])];
  return (
    <Frame path={path} right={{ step: 2, of: 5 }} keys={keys} notice={model.notice}>
      {open ? (
        <OpenFieldPane model={model} open={open} title={fieldNamed(open.field).title} send={send} />
      ) : (
        <Fields model={model} page={page} focus={screen.focus} />
      )}
    </Frame>
  );
}

function openKeys(open: OpenField, upDown: string): KeyHint[] {
  if (open.kind === "datasets" && open.input === null)
    return [
      [upDown, "move"],
      ["Enter", "edit"],
      ["a", "add"],
      ["d", "remove"],
      ["Esc", "done"],
    ];
  return [
    ...(open.kind === "choices" ? [[upDown, "move"] as const] : []),
    ["Enter", open.kind === "choices" ? "choose" : "done"],
    ["Esc", "leave as it was"],
  ];
}

function Fields({
  model,
  page,
  focus,
}: {
  readonly model: Model;
  readonly page: LayoutPage;
  readonly focus: number;
}) {
  const { columns, rows } = useBodySize();
  const fields = fieldsOf(page);
  const issues = layoutIssues(model);
  const placed = fields.map((field) => issueAt(issues, field));
  // What belongs to no field here stands below: on the second page that is the first one's.
  const others = page === "main" ? issues.filter((issue) => !placed.includes(issue)) : [];
  const below = others.map(({ message }) => marked(message, 2, columns));
  const beside = placed.map((issue) => (issue ? marked(issue.message, 17, columns) : []));
  const taken = fields.length + [...beside, ...below].flat().length;
  const layout = currentLayout(model)?.layout;
  return (
    <>
      {fields.map((field, index) => (
        <FieldLine
          key={field}
          title={fieldNamed(field).title}
          value={fieldNamed(field).told(model)}
          isCurrent={index === focus}
          issue={beside[index] ?? []}
          width={columns}
        />
      ))}
      {others.map(({ where, message, severity }, index) => (
        <Text key={where + message} color={severity === "error" ? colours.bad : colours.warning}>
          {below[index]?.join("\n")}
        </Text>
      ))}
      <Box flexDirection="column" marginTop={1}>
        {layout && <PartitionTable layout={layout} width={columns} height={rows - taken - 1} />}
      </Box>
    </>
  );
}

/** A sentence with its mark, broken into lines that stand below each other. */
function marked(message: string, indent: number, width: number): string[] {
  const lead = " ".repeat(indent);
  return wrap(message, width - indent - 3).map((line, index) => `${lead}${index === 0 ? "! " : "  "}${line}`);
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
  /** Its lines. */
  readonly issue: readonly string[];
  readonly width: number;
}) {
  const { symbols } = useTheme();
  const [now, note] = value;
  // A long value takes from its note, "raidz1, 2 groups of 3".
  const room = Math.max(16, widthOf(now));
  return (
    <>
      <Text wrap="truncate">
        {isCurrent ? "> " : "  "}
        <Text inverse={isCurrent}>{title}</Text>
        {`${" ".repeat(15 - title.length)}${padTo(now, room)} `}
        <Text dimColor>{cut(note, width - room - 19, symbols.ellipsis)}</Text>
      </Text>
      {issue.length > 0 && <Text color={colours.bad}>{issue.join("\n")}</Text>}
    </>
  );
}
