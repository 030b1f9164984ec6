import { Box, Text } from "ink";
import type { Model } from "../app/model.ts";
import { formatBytes } from "../base/bytes.ts";
import { contentWords, holdsOf, whyNot } from "../machine/describe.ts";
import { holderWords } from "../machine/holders.ts";
import type { Disk } from "../machine/machine.ts";
import { vdevOptions } from "../plan/layout.ts";
import { sparesOf } from "../plan/vdev.ts";
import { Busy } from "../widgets/busy.tsx";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { List } from "../widgets/list.tsx";
import { columnsOf, cut } from "../widgets/text.ts";
import { useTheme } from "../widgets/theme.tsx";
import type { ScreenProps } from "./props.ts";

export function DisksScreen({ model }: ScreenProps) {
  const { symbols } = useTheme();
  const keys: KeyHint[] = [
    [symbols.upDown, "move"],
    ["Space", "mark"],
    ["r", "rescan"],
    ["d", "details"],
    ["Enter", "next"],
    ["Esc", "back"],
    ["?", "help"],
  ];
  return (
    <Frame path={["Install", "Disks"]} right={{ step: 1, of: 5 }} keys={keys} notice={model.notice}>
      <Box paddingLeft={2}>
        <Text>Choose the disks for the pool. Space marks, Enter goes on.</Text>
      </Box>
      <Box flexDirection="column" marginTop={1}>
        <DiskTable model={model} />
      </Box>
    </Frame>
  );
}

function DiskTable({ model }: { readonly model: Model }) {
  const { columns, rows } = useBodySize();
  const { machine, screen } = model;
  if (machine.is === "busy")
    return (
      <Box paddingLeft={2}>
        <Busy text={machine.text} milliseconds={model.now - machine.since} />
      </Box>
    );
  if (machine.is !== "done" || screen.at !== "disks")
    return <Text>{`  ${machine.is === "failed" ? machine.failure.sentence : ""} r looks again.`}</Text>;
  const { disks } = machine.value;
  if (disks.length === 0)
    return (
      <Text>{"  No disk was found. Connect one and press r, or look with a shell (lsblk, dmesg)."}</Text>
    );
  const [head = [], ...cells] = columnsOf(
    [["disk", "size", "model", "serial", "holds"], ...disks.map(cellsOf)],
    [{ min: 7 }, { align: "right" }, { min: 12 }, { min: 6 }, { min: 24 }],
    columns - 9,
  );
  const focused = disks[screen.focus];
  const chosen = disks.filter(({ path }) => model.answers.disks.includes(path));
  const spares = sparesOf(model.answers.layout, chosen);
  const detailRows = screen.details ? 8 : 4;
  return (
    <>
      <Text dimColor>{`       ${head.join("  ")}`}</Text>
      <List
        rows={disks.map((disk, index) => rowOf(disk, cells[index] ?? [], chosen, spares))}
        focus={screen.focus}
        height={Math.max(3, rows - 6 - detailRows)}
        width={columns - 2}
      />
      <Box flexDirection="column" marginTop={1} paddingLeft={2}>
        {focused && <Details disk={focused} isLong={screen.details} width={columns - 4} />}
      </Box>
      <Box marginTop={1} paddingLeft={2}>
        <Text wrap="truncate">{chosenLine(model, chosen, spares.length)}</Text>
      </Box>
    </>
  );
}

function cellsOf(disk: Disk): string[] {
  return [disk.name, formatBytes(disk.size), disk.model ?? "-", disk.serial ?? "-", holdsOf(disk)];
}

/** Only the mark is inverse on the current row: an arrow key then costs few bytes on the line. */
function rowOf(disk: Disk, cells: readonly string[], chosen: readonly Disk[], spares: readonly Disk[]) {
  const isOut = whyNot(disk) !== null;
  const mark = isOut ? " - " : spares.includes(disk) ? "[s]" : chosen.includes(disk) ? "[x]" : "[ ]";
  return {
    key: disk.path,
    lead: mark,
    rest: cells.join("  ").trimEnd(),
    // Greyed; the reason stands in the last column already.
    reason: isOut ? "" : null,
  };
}

function Details({
  disk,
  isLong,
  width,
}: {
  readonly disk: Disk;
  readonly isLong: boolean;
  readonly width: number;
}) {
  const { symbols } = useTheme();
  const lines = detailLines(disk, isLong);
  const indent = " ".repeat(disk.name.length + 2);
  return lines.map((line, index) => (
    <Text key={line} wrap="truncate">
      {index === 0 ? <Text bold>{`${disk.name}  `}</Text> : indent}
      {cut(line, width - indent.length, symbols.ellipsis)}
    </Text>
  ));
}

/** What identifies a disk, and what is on it. */
export function detailLines(disk: Disk, isLong: boolean): string[] {
  const medium = disk.rotational ? "spinning" : "flash";
  const traits = [
    ...(disk.wwn ? [`wwn ${disk.wwn}`] : []),
    disk.transport,
    medium,
    ...(disk.removable ? ["removable"] : []),
    `sectors ${disk.logicalSector}/${disk.physicalSector}`,
  ];
  const contents = disk.contents.map(
    (content) =>
      `${content.path.replace("/dev/", "")} ${formatBytes(content.size)} ${contentWords(content) ?? "not recognised"}`,
  );
  const open = (disk.holders ?? []).map(holderWords);
  const table =
    disk.tableType === null ? "no partition table" : `${disk.tableType === "dos" ? "MBR" : "GPT"}`;
  const summary = contents.length === 0 ? `${table}, no signatures` : `${table}: ${contents.join(", ")}`;
  const use = open.length === 0 ? [] : [`open, will be let go of: ${open.join(", ")}`];
  const links = disk.byId.length > 0 ? disk.byId : disk.byPath;
  const first = links[0] ?? disk.path;
  if (!isLong) return [first, traits.join(" · "), ...(use.length > 0 ? use : [summary])];
  return [
    ...(links.length > 0 ? links.slice(0, 3) : [disk.path]),
    traits.join(" · "),
    ...(contents.length === 0 ? [summary] : contents.slice(0, 4 - use.length)),
    ...use,
  ];
}

function chosenLine(model: Model, chosen: readonly Disk[], spares: number): string {
  if (chosen.length === 0) return "no disk is marked yet";
  const sizes = chosen.map(({ size }) => size);
  const smallest = Math.min(...sizes);
  const each =
    Math.max(...sizes) === smallest
      ? `${formatBytes(smallest)} each`
      : `the smallest ${formatBytes(smallest)}`;
  const kinds = vdevOptions(chosen, model.answers.layout)
    .filter(({ reason, groupWidth }) => reason === null && groupWidth === null)
    .map(({ title }) => title);
  const disks = `${chosen.length} disk${chosen.length === 1 ? "" : "s"}`;
  const count = spares === 0 ? disks : `${disks}, ${spares} of them spare [s]`;
  return `${count}, ${chosen.length === 1 ? formatBytes(smallest) : each} → next: ${kinds.join(", ") || "nothing possible"}`;
}
