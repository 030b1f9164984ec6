import { Box, Text } from "ink";
import type { Model } from "../app/model.ts";
import { machineOf } from "../app/navigation.ts";
import { formatBytes } from "../base/bytes.ts";
import { holdsOf } from "../machine/describe.ts";
import { useBodySize } from "../widgets/frame.tsx";
import { List } from "../widgets/list.tsx";
import { columnsOf, wrap } from "../widgets/text.ts";

/** Disko's names for disks, each with the disk of this machine that stands for it. */
export function DiskoDisks({ model, row }: { readonly model: Model; readonly row: number }) {
  const { columns } = useBodySize();
  const { flake } = model.answers;
  const way = flake.evaluated?.way;
  if (way?.kind !== "disko") return null;
  const disks = machineOf(model)?.disks ?? [];
  const cells = columnsOf(
    way.disks.map(({ name, device }) => {
      const disk = disks.find(({ path }) => path === flake.diskoDisks?.[name]);
      return disk
        ? [name, disk.name, formatBytes(disk.size), disk.model ?? "", disk.serial ?? "", holdsOf(disk)]
        : [name, "none", "", "", "", `the flake has ${device}`];
    }),
    [{ min: 6 }, {}, {}, { min: 6 }, { min: 6 }, { min: 10 }],
    columns - 8,
  );
  return (
    <Box flexDirection="column" marginTop={1} paddingLeft={2}>
      <Text>
        {wrap("disko makes these disks by its own script. Which is which?", columns - 4).join("\n")}
      </Text>
      <List
        rows={way.disks.map(({ name }, index) => ({
          key: name,
          lead: (cells[index]?.[0] ?? name).trimEnd(),
          rest: (cells[index] ?? []).slice(1).join("  ").trimEnd(),
        }))}
        focus={row}
        height={8}
        width={columns - 6}
      />
    </Box>
  );
}
