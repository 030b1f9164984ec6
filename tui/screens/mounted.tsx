import { Box, Text } from "ink";
import { machineOf } from "../app/navigation.ts";
import { mountedProblems } from "../app/problems.ts";
import { formatBytes } from "../base/bytes.ts";
import type { Mounted } from "../machine/machine.ts";
import { espOf } from "../plan/mounted/facts.ts";
import { onTarget } from "../plan/target.ts";
import { Busy } from "../widgets/busy.tsx";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { List } from "../widgets/list.tsx";
import { columnsOf, restOf, wrap } from "../widgets/text.ts";
import { colours, useTheme } from "../widgets/theme.tsx";
import type { ScreenProps } from "./props.ts";

/** What somebody has mounted at /mnt, before a system goes there. */
export function MountedScreen({ model }: ScreenProps) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const { screen } = model;
  if (screen.at !== "mounted") return null;
  const keys: KeyHint[] = [
    [symbols.upDown, "scroll"],
    ["r", "look again"],
    ["Enter", "next"],
    ["Esc", "back"],
    ["?", "help"],
  ];
  const mounted = machineOf(model)?.mounted ?? null;
  const problems = mountedProblems(model).flatMap(({ message }) => wrap(`x ${message}`, columns - 4));
  return (
    <Frame path={["Install", "What is mounted"]} right={{ step: 1, of: 5 }} keys={keys} notice={model.notice}>
      <Box flexDirection="column" paddingLeft={2} paddingBottom={1}>
        <Text>
          {wrap(
            "The system goes into these file systems. No disk is partitioned, formatted or wiped, and what you have mounted stays mounted.",
            columns - 4,
          ).join("\n")}
        </Text>
        {model.machine.is === "busy" && (
          <Busy text={model.machine.text} milliseconds={model.now - model.machine.since} />
        )}
      </Box>
      {mounted && (
        <List
          rows={rowsOf(mounted, columns - 4)}
          focus={screen.row}
          height={rows - 8 - problems.length}
          width={columns - 2}
        />
      )}
      <Box flexDirection="column" paddingLeft={2} marginTop={1}>
        {mounted && <Text>{mounted.swap.length > 0 ? `swap  ${swapWords(mounted)}` : ""}</Text>}
        {problems.length > 0 && <Text color={colours.bad}>{problems.join("\n")}</Text>}
      </Box>
    </Frame>
  );
}

function rowsOf({ fileSystems }: Mounted, width: number) {
  const esp = espOf(fileSystems);
  const cells = columnsOf(
    fileSystems.map((one) => [
      onTarget(one.place),
      one.source,
      one.type,
      one.size === null ? "" : formatBytes(one.size),
      one.free === null ? "" : `${formatBytes(one.free)} free`,
      one === esp ? "ESP" : "",
    ]),
    [{ min: 8 }, { min: 12 }, {}, { align: "right" }, { align: "right" }, {}],
    width,
  );
  return fileSystems.map((one, index) => {
    const row = cells[index] ?? [];
    return { key: one.place, lead: (row[0] ?? "").trimEnd(), rest: restOf(row) };
  });
}

function swapWords({ swap }: Mounted): string {
  return swap.map(({ device }) => device).join(", ");
}
