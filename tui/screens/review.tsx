import { Box, Text } from "ink";
import type { Model } from "../app/model.ts";
import { currentPlan, machineOf } from "../app/navigation.ts";
import { beginWordOf, reviewIssues } from "../app/on-review.ts";
import { formatBytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import { holdsOf, holdsSomething } from "../machine/describe.ts";
import { describe, titleOf } from "../plan/describe.ts";
import type { Plan, Step } from "../plan/step.ts";
import { onTarget } from "../plan/target.ts";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { columnsOf, cut, padTo, wrap } from "../widgets/text.ts";
import { TextField } from "../widgets/text-field.tsx";
import { colours, useTheme } from "../widgets/theme.tsx";
import type { ScreenProps } from "./props.ts";

export function ReviewScreen({ model }: ScreenProps) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const { screen } = model;
  if (screen.at !== "review") return null;
  const plan = currentPlan(model)?.plan ?? null;
  const issues = reviewIssues(model);
  const isWrong = issues.some(({ severity }) => severity === "error");
  const summary = wrap(plan?.summary ?? "There is no plan yet.", columns - 4).slice(0, 2);
  const places =
    model.answers.target === "mounted" ? mountedRows(model).length : Math.min(model.answers.disks.length, 5);
  const room = rows - 1 - summary.length - issues.length - places - 2 - 2;
  const keys: KeyHint[] = [
    ["c", "exact commands"],
    ["s", "save answers"],
    [symbols.upDown, "scroll"],
    ["Esc", "back"],
    ...(screen.typed.value === "" ? [["?", "help"] as const] : []),
  ];
  return (
    <Frame path={["Install", "Review"]} right={{ step: 4, of: 5 }} keys={keys} notice={model.notice}>
      <Issues issues={issues} />
      <Box paddingLeft={2} marginBottom={1}>
        <Text bold>{summary.join("\n")}</Text>
      </Box>
      {plan && <Steps plan={plan} top={screen.top} height={Math.max(3, room)} />}
      {model.answers.target === "mounted" ? <MountedPlaces model={model} /> : <DisksToErase model={model} />}
      <Box paddingLeft={2} marginTop={1}>
        {isWrong ? (
          <Text>Esc goes back to what is wrong.</Text>
        ) : (
          <>
            <Text>{"Type "}</Text>
            <Text bold>{beginWordOf(model)}</Text>
            <Text>{" to begin: "}</Text>
            <TextField {...screen.typed} width={columns - 30} />
          </>
        )}
      </Box>
    </Frame>
  );
}

function Issues({ issues }: { readonly issues: readonly Issue[] }) {
  const { columns } = useBodySize();
  const { symbols } = useTheme();
  return issues.map(({ where, message, severity }) => (
    <Text key={where + message} color={severity === "error" ? colours.bad : colours.warning}>
      {cut(`  ${severity === "error" ? "x" : "!"} ${message}`, columns, symbols.ellipsis)}
    </Text>
  ));
}

interface StepLine {
  readonly numbers: string;
  readonly title: string;
  readonly words: string;
}

/** Every step in words; neighbours that do the same to several disks stand on one line. */
export function stepLines(steps: readonly Step[]): StepLine[] {
  const groups: { first: number; last: number; title: string; words: string[] }[] = [];
  for (const [index, step] of steps.entries()) {
    const title = titleOf(step);
    const words = describe(step);
    const group = groups.at(-1);
    if (group?.title !== title) groups.push({ first: index + 1, last: index + 1, title, words: [words] });
    else {
      group.last = index + 1;
      group.words.push(words);
    }
  }
  return groups.map(({ first, last, title, words }) => ({
    numbers: first === last ? `${first}` : `${first}-${last}`,
    title,
    words: together(words),
  }));
}

/** "sda: GPT", "sdb: GPT" become "sda, sdb: GPT". */
function together(words: readonly string[]): string {
  const parts = words.map((text) => text.split(": "));
  const rest = parts[0]?.[1];
  const isSame = rest !== undefined && parts.every((part) => part.length === 2 && part[1] === rest);
  return isSame ? `${parts.map(([name]) => name).join(", ")}: ${rest}` : [...new Set(words)].join(", ");
}

function Steps({
  plan,
  top,
  height,
}: {
  readonly plan: Plan;
  readonly top: number;
  readonly height: number;
}) {
  const { columns } = useBodySize();
  const { symbols } = useTheme();
  const lines = stepLines(plan.steps);
  const isLong = lines.length > height;
  const size = isLong ? height - 1 : height;
  const first = Math.min(top, Math.max(0, lines.length - size));
  const below = lines.length - first - size;
  const titles = Math.max(...lines.map(({ title }) => title.length));
  return (
    <Box flexDirection="column">
      {lines.slice(first, first + size).map(({ numbers, title, words }) => (
        <Text key={numbers} wrap="truncate">
          {padTo(numbers, 6, "right")}
          {`  ${padTo(title, titles)}  `}
          <Text dimColor>{cut(words, columns - titles - 12, symbols.ellipsis)}</Text>
        </Text>
      ))}
      {isLong && (
        <Text dimColor>{below > 0 ? `        ${below} more below` : `        ${first} more above`}</Text>
      )}
    </Box>
  );
}

/** What stays as it is, and what is written to. */
function MountedPlaces({ model }: { readonly model: Model }) {
  const { columns } = useBodySize();
  const { symbols } = useTheme();
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text bold>{"  No disk is partitioned, formatted or wiped. What is mounted is written to:"}</Text>
      {mountedRows(model).map((row) => (
        <Text key={row}>{cut(`    ${row}`, columns, symbols.ellipsis)}</Text>
      ))}
    </Box>
  );
}

/** As many as there is room for beside the steps. */
function mountedRows(model: Model): string[] {
  const all = machineOf(model)?.mounted?.fileSystems ?? [];
  const rows = columnsOf(
    all.map(({ place, source, type, free }) => [
      onTarget(place),
      source,
      type,
      free === null ? "" : `${formatBytes(free)} free`,
    ]),
    [{}, { min: 12 }, {}, { align: "right" }],
    74,
  ).map((cells) => cells.join("  ").trimEnd());
  return rows.length > 5 ? [...rows.slice(0, 4), `and ${rows.length - 4} more`] : rows;
}

function DisksToErase({ model }: { readonly model: Model }) {
  const { columns } = useBodySize();
  const disks = (machineOf(model)?.disks ?? []).filter(({ path }) => model.answers.disks.includes(path));
  const cells = columnsOf(
    disks.map((disk) => [
      disk.name,
      formatBytes(disk.size),
      disk.model ?? "-",
      disk.serial ?? "-",
      holdsSomething(disk) ? holdsOf(disk) : "nothing on it",
    ]),
    [{ min: 7 }, { align: "right" }, { min: 10 }, { min: 6 }, { min: 16 }],
    columns - 6,
  );
  const shown = cells.slice(0, cells.length > 5 ? 4 : 5);
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text bold>{"  These disks will be erased:"}</Text>
      {shown.map((row, index) => (
        <Text key={row[0]} wrap="truncate" bold={holdsSomething(disks[index]!)}>
          {`    ${row.join("  ").trimEnd()}`}
        </Text>
      ))}
      {shown.length < cells.length && <Text>{`    and ${cells.length - shown.length} more, see c`}</Text>}
    </Box>
  );
}
