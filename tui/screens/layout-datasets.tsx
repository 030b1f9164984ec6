import { Box, Text } from "ink";
import type { OpenField } from "../app/model.ts";
import type { DatasetChoice, LayoutChoices } from "../plan/choices.ts";
import { datasetLine } from "../plan/dataset-line.ts";
import { chosenDatasets } from "../plan/datasets.ts";
import { useBodySize } from "../widgets/frame.tsx";
import { List } from "../widgets/list.tsx";
import { padTo, widthOf } from "../widgets/text.ts";
import { TextField } from "../widgets/text-field.tsx";

/** The datasets, one a line; the current one can be edited as text. */
export function DatasetsPane({
  layout,
  open,
}: {
  readonly layout: LayoutChoices;
  readonly open: Extract<OpenField, { kind: "datasets" }>;
}) {
  const { columns, rows } = useBodySize();
  const datasets = chosenDatasets(layout);
  const names = Math.max(4, ...datasets.map(({ name }) => widthOf(name)));
  const places = Math.max(7, ...datasets.map(({ mountpoint }) => widthOf(mountpoint ?? "")));
  return (
    <>
      <Text dimColor>{`  ${padTo("name", names)}  ${padTo("mounted", places)}  properties`}</Text>
      <List
        rows={datasets.map((dataset) => ({
          key: dataset.name,
          lead: padTo(dataset.name, names),
          rest: `${padTo(dataset.mountpoint ?? "-", places)}  ${traitsOf(dataset)}`,
        }))}
        focus={open.input === null ? open.row : -1}
        height={Math.max(3, rows - 10)}
        width={columns}
      />
      <Box flexDirection="column" marginTop={1} paddingLeft={2}>
        {open.input === null ? (
          <Text dimColor>
            All are below the pool. A parent that has no line is made, and mounted nowhere.
          </Text>
        ) : (
          <>
            <TextField {...open.input} width={columns - 4} error={open.error} />
            <Text dimColor>{"name /place property=value refreservation=1G @snapshot"}</Text>
          </>
        )}
      </Box>
    </>
  );
}

/** What a line says behind name and place. */
function traitsOf(dataset: DatasetChoice): string {
  const { name } = dataset;
  return datasetLine({ ...dataset, mountpoint: null }).slice(name.length + 1);
}
