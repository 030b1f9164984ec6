import { Box, Text } from "ink";
import type { MenuItem } from "../app/model.ts";
import { machineOf } from "../app/navigation.ts";
import { Choice } from "../widgets/choice.tsx";
import { Frame, type KeyHint } from "../widgets/frame.tsx";
import { useTheme } from "../widgets/theme.tsx";
import { Labelled } from "./labelled.tsx";
import { networkLines } from "./machine-lines.ts";
import type { ScreenProps } from "./props.ts";
import { placeOf } from "./run-lines.ts";

const withKexec: { label: string; value: MenuItem } = {
  label: "Start it now without firmware (kexec)",
  value: "kexec",
};

const items: readonly { label: string; value: MenuItem }[] = [
  { label: "Reboot now", value: "reboot" },
  { label: "Shell", value: "shell" },
  { label: "Power off", value: "power-off" },
];

export function DoneScreen({ model, send }: ScreenProps) {
  const { symbols } = useTheme();
  const { run } = model;
  const keys: KeyHint[] = [
    [symbols.upDown, "move"],
    ["Enter", "choose"],
    ["l", "log"],
    ["?", "help"],
  ];
  return (
    <Frame path={["Installed"]} right={placeOf(run, model.now)} keys={keys} notice={model.notice}>
      <Box paddingLeft={2} paddingY={1}>
        <Text bold>
          {model.isDryRun
            ? "dry run: nothing was written, nothing is installed."
            : `${run.hostname} is installed. Take away the medium you booted from, then reboot.`}
        </Text>
      </Box>
      <Facts model={model} />
      <Box marginTop={1} flexDirection="column">
        <Choice
          items={run.result?.canKexec ? [...items.slice(0, 1), withKexec, ...items.slice(1)] : items}
          isFocused={model.overlay === null}
          onSelect={(item) => send({ is: "menu-item-chosen", item })}
        />
      </Box>
    </Frame>
  );
}

function Facts({ model }: Pick<ScreenProps, "model">) {
  const { result } = model.run;
  const machine = machineOf(model);
  const facts: readonly [label: string, lines: readonly string[]][] = [
    ["Pool", result?.pool ? [`${result.pool} ${result.poolState}`] : []],
    ["Generation", result ? [result.generation] : []],
    ["Host keys", result?.hostKeys.slice(0, 4) ?? []],
    ["Network", machine ? [`here: ${networkLines(machine.network)[0]}`] : []],
    ["Kept in", ["/var/log/nix-dabei of the installed system: answers, plan, log"]],
  ];
  return facts
    .filter(([, lines]) => lines.length > 0)
    .map(([label, lines]) => (
      <Labelled key={label} label={label} width={13}>
        {lines.map((line) => (
          <Text key={line} wrap="truncate">
            {line}
          </Text>
        ))}
      </Labelled>
    ));
}
