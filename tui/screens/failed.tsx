import { Box, Text } from "ink";
import type { MenuItem, Model } from "../app/model.ts";
import { machineOf } from "../app/navigation.ts";
import type { Status } from "../run/status.ts";
import { Choice } from "../widgets/choice.tsx";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { cut, printable, wrap } from "../widgets/text.ts";
import { colours, useTheme } from "../widgets/theme.tsx";
import { sshAddress } from "./machine-lines.ts";
import type { ScreenProps } from "./props.ts";
import { placeOf } from "./run-lines.ts";

/** What stopped, in one or two sentences. */
export function failureSentence(run: Status): string {
  const title = run.current === null ? undefined : run.steps[run.current]?.title;
  if (run.cancelled) return `Stopped on request${title ? ` while at: ${title}` : ""}.`;
  // It names its step.
  if (run.failure) return run.failure.sentence;
  if (run.state === "interrupted")
    return `The installation was interrupted${title ? ` while at: ${title}` : ""}: its process is gone.`;
  return "The installation stopped.";
}

function items(model: Model): { label: string; value: MenuItem }[] {
  const again = model.run.state === "interrupted" || model.run.cancelled;
  return [
    { label: again ? "Go on from here" : "Try this step again", value: "retry" },
    { label: "Shell (what is mounted is below /mnt)", value: "shell" },
    { label: "Log", value: "log" },
    { label: "Start over", value: "start-over" },
    { label: "Reboot", value: "reboot" },
  ];
}

export function FailedScreen({ model, send }: ScreenProps) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const { run } = model;
  const machine = machineOf(model);
  const address = machine && sshAddress(machine.network);
  const sentences = wrap(failureSentence(run), columns - 4);
  const keys: KeyHint[] = [
    [symbols.upDown, "move"],
    ["Enter", "choose"],
    ["l", "log"],
    ["?", "help"],
  ];
  return (
    <Frame path={["Installation stopped"]} right={placeOf(run, model.now)} keys={keys} notice={model.notice}>
      <Box flexDirection="column" paddingLeft={2}>
        <Text bold color={colours.bad}>
          {sentences.join("\n")}
        </Text>
        <Text>What was finished stays finished; trying again goes on from here.</Text>
      </Box>
      <Evidence run={run} room={Math.max(0, rows - sentences.length - 11)} />
      <Choice
        items={items(model)}
        isFocused={model.overlay === null}
        onSelect={(item) => send({ is: "menu-item-chosen", item })}
      />
      <Box flexDirection="column" paddingLeft={2} marginTop={1}>
        <Text wrap="truncate">
          {`Log: ${run.failure?.log ?? "/run/dabei/log"}${address ? `  ·  ssh root@${address}` : ""}`}
        </Text>
      </Box>
    </Frame>
  );
}

/** The command to copy and the end of what it printed. */
function Evidence({ run, room }: { readonly run: Status; readonly room: number }) {
  const { columns } = useBodySize();
  const { symbols } = useTheme();
  const command = run.failure?.command ? wrap(`$ ${run.failure.command}`, columns - 5).slice(0, 4) : [];
  const lines = (run.failure?.output ?? "").split("\n").filter((line) => line.trim() !== "");
  return (
    <Box flexDirection="column" paddingLeft={4} marginY={1}>
      {command.length > 0 && <Text>{command.join("\n")}</Text>}
      <Text dimColor>
        {lines
          .slice(-Math.max(1, room - command.length))
          .map((line) => cut(printable(line), columns - 5, symbols.ellipsis))
          .join("\n")}
      </Text>
    </Box>
  );
}
