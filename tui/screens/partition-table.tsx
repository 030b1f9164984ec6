import { Box, Text } from "ink";
import { type Bytes, formatBytes, GiB, MiB } from "../base/bytes.ts";
import type { Layout } from "../plan/layout.ts";
import type { Partition } from "../plan/step.ts";
import { padTo } from "../widgets/text.ts";
import { useTheme } from "../widgets/theme.tsx";

const roles: Record<Partition["role"], string> = {
  "bios-boot": "BIOS",
  esp: "ESP",
  swap: "swap",
  zfs: "ZFS",
};

/** The usable size, and the partitions of each disk, drawn. */
export function PartitionTable({
  layout,
  width,
  height,
}: {
  readonly layout: Layout;
  readonly width: number;
  /** Lines it may take, its frame and the usable size among them. */
  readonly height: number;
}) {
  const { box } = useTheme().symbols;
  const first = layout.disks[0];
  const spares = layout.pool.vdevs.find(({ kind }) => kind === "spare")?.devices.length ?? 0;
  const isSpare = (index: number) => index >= layout.disks.length - spares;
  if (!first) return null;
  const lead = Math.max(15, ...layout.disks.map(({ disk }) => disk.name.length + 2));
  const widths = cellWidths(first.partitions, width - lead - 4);
  const line = (left: string, tee: string, right: string) =>
    " ".repeat(lead + 2) + left + widths.map((cells) => box.horizontal.repeat(cells)).join(tee) + right;
  const room = Math.max(1, height - 3);
  const shown = layout.disks.slice(0, layout.disks.length > room ? room - 1 : room);
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        {"  "}
        <Text bold>usable</Text>
        {`         ${padTo(formatBytes(layout.usable), 16)} `}
        <Text dimColor>{usableNote(layout)}</Text>
      </Text>
      <Text>{line(box.topLeft, box.teeDown, box.topRight)}</Text>
      {shown.map(({ disk, partitions }, row) => (
        <Text key={disk.path} wrap="truncate">
          {`  ${padTo(disk.name, lead)}${box.vertical}`}
          {partitions
            .map((partition, index) => {
              const width = widths[index] ?? 0;
              return padTo(cellText(partition, width, isSpare(row)), width);
            })
            .join(box.vertical)}
          {box.vertical}
        </Text>
      ))}
      {shown.length < layout.disks.length && (
        <Text dimColor>{`  ${layout.disks.length - shown.length} more disks, the same`}</Text>
      )}
      <Text>{line(box.bottomLeft, box.teeUp, box.bottomRight)}</Text>
    </Box>
  );
}

function usableNote({ pool }: Layout): string {
  const copies = Number(pool.rootProperties.copies ?? "1");
  const note = "after what is kept free";
  return copies > 1 ? `${note}; each block takes ${copies} times its size` : note;
}

/** " ESP 1.0G": short sizes for narrow cells. */
function cellText({ role, size }: Partition, width: number, isSpare = false): string {
  return ` ${isSpare && role === "zfs" ? "spare" : roles[role]} ${width > 20 ? formatBytes(size) : shortBytes(size)}`;
}

function shortBytes(size: Bytes): string {
  return size < GiB ? `${Math.round(size / MiB)}M` : `${(size / GiB).toFixed(1)}G`;
}

/** The last partition takes what the others, at their text's width, leave. */
function cellWidths(partitions: readonly Partition[], width: number): number[] {
  const texts = partitions.map((partition) => cellText(partition, 0).length + 1);
  const others = texts.slice(0, -1).reduce((sum, each) => sum + each + 1, 0);
  return [...texts.slice(0, -1), Math.max(texts.at(-1) ?? 0, Math.min(30, width - others))];
}
