import { Box, Text } from "ink";
import type { MenuItem, Model } from "../app/model.ts";
import { machineOf } from "../app/navigation.ts";
import { Busy } from "../widgets/busy.tsx";
import { Choice } from "../widgets/choice.tsx";
import { Frame, type KeyHint } from "../widgets/frame.tsx";
import { useTheme } from "../widgets/theme.tsx";
import { Labelled } from "./labelled.tsx";
import { disksLine, machineLine, networkLines, sshLines } from "./machine-lines.ts";
import type { ScreenProps } from "./props.ts";

export function startItems(model: Model): { label: string; value: MenuItem }[] {
  const { state } = model.run;
  return [
    ...(state === "failed" || state === "interrupted"
      ? [{ label: "Back to the installation that stopped", value: "progress" as const }]
      : []),
    { label: "Install NixOS on ZFS", value: "install" },
    // While an installation of ours has it mounted, it is no offer.
    ...(state === "idle" && machineOf(model)?.mounted
      ? [{ label: "Install into what is mounted at /mnt", value: "install-mounted" as const }]
      : []),
    { label: "Repair or enter an installed system", value: "repair" },
    { label: "Shell", value: "shell" },
    { label: "Reboot", value: "reboot" },
    { label: "Power off", value: "power-off" },
  ];
}

export function StartScreen({ model, send }: ScreenProps) {
  const { symbols } = useTheme();
  const machine = model.machine.is === "done" ? model.machine.value : null;
  const keys: KeyHint[] = [
    [symbols.upDown, "move"],
    ["Enter", "choose"],
    ["?", "help"],
    ["Ctrl-L", "redraw"],
  ];
  return (
    <Frame
      name={`nix-dabei ${model.version}`}
      path={[]}
      right={machine ? `${machine.hostname} · ${machine.architecture}` : ""}
      keys={keys}
      notice={model.notice}
    >
      <Box flexDirection="column" paddingY={1}>
        <Text>
          {model.run.state === "idle"
            ? "  Nothing on this machine's disks has been touched."
            : "  An installation has begun here and has not been finished."}
        </Text>
      </Box>
      <Choice
        items={startItems(model)}
        isFocused={model.overlay === null}
        onSelect={(item) => send({ is: "menu-item-chosen", item })}
      />
      <Box flexDirection="column" marginTop={1}>
        <MachineLines model={model} />
      </Box>
    </Frame>
  );
}

function MachineLines({ model }: { readonly model: Model }) {
  const { machine } = model;
  if (machine.is === "busy")
    return (
      <Labelled label="Machine">
        <Busy text={machine.text} milliseconds={model.now - machine.since} />
      </Labelled>
    );
  if (machine.is !== "done")
    return (
      <Labelled label="Machine">
        <Text>{machine.is === "failed" ? machine.failure.sentence : "unknown"}</Text>
      </Labelled>
    );
  const lines: readonly [label: string, lines: readonly string[]][] = [
    ["Machine", [machineLine(machine.value)]],
    ["Disks", [disksLine(machine.value.disks)]],
    ["Network", networkLines(machine.value.network).slice(0, 3)],
    ["ssh", sshLines(machine.value)],
  ];
  return lines.map(([label, texts]) => (
    <Labelled key={label} label={label}>
      {texts.map((text) => (
        <Text key={text} wrap="truncate">
          {text}
        </Text>
      ))}
    </Labelled>
  ));
}
