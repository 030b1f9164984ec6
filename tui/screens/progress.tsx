import { Box, Text } from "ink";
import { machineOf } from "../app/navigation.ts";
import type { Pace, Status } from "../run/status.ts";
import { Busy } from "../widgets/busy.tsx";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { progressText } from "../widgets/progress-bar.tsx";
import { cut, padTo } from "../widgets/text.ts";
import { useTheme } from "../widgets/theme.tsx";
import { sshAddress } from "./machine-lines.ts";
import type { ScreenProps } from "./props.ts";
import { barAmount, paceLine, placeOf, stepMarks, stepTime } from "./run-lines.ts";

export function ProgressScreen({ model }: ScreenProps) {
  const { run, now } = model;
  const machine = machineOf(model);
  const address = machine && sshAddress(machine.network);
  const isStarting = run.state !== "running";
  const keys: KeyHint[] = [
    ["l", "log"],
    ["Ctrl-C", "stop…"],
    ["?", "help"],
  ];
  return (
    <Frame
      path={[isStarting ? "Starting the installation" : `Installing ${run.hostname}`]}
      right={isStarting ? "" : placeOf(run, now)}
      keys={keys}
      notice={model.notice}
    >
      {isStarting ? (
        <Box padding={1}>
          <Busy text="starting the engine" milliseconds={0} />
        </Box>
      ) : (
        <Steps run={run} now={now} />
      )}
      <Box paddingLeft={2} marginTop={1}>
        <Text wrap="truncate">
          {model.isDryRun
            ? "dry run: nothing is written"
            : `This screen may be closed, the work goes on.${address ? ` Also: ssh root@${address}` : ""}`}
        </Text>
      </Box>
    </Frame>
  );
}

function Steps({ run, now }: { readonly run: Status; readonly now: number }) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  // Two lines below the list, two for the counters.
  const room = rows - 5;
  const current = run.current ?? run.steps.length - 1;
  const first = Math.max(0, Math.min(current - room + 4, run.steps.length - room));
  const shown = run.steps.slice(first, first + room);
  return (
    <Box flexDirection="column">
      {first > 0 && <Text dimColor>{`       ${first} more above`}</Text>}
      {shown.slice(first > 0 ? 1 : 0).map((step, offset) => {
        const index = first + offset + (first > 0 ? 1 : 0);
        const text = step.state === "running" ? (run.progress?.text ?? "") : (step.reason ?? "");
        return (
          <Box key={`${index}`} flexDirection="column">
            <Text wrap="truncate" bold={step.state === "running"} dimColor={step.state === "waiting"}>
              {`  ${padTo(stepMarks[step.state], 4)} ${padTo(step.title, 19)} `}
              {padTo(cut(text, columns - 40, symbols.ellipsis), columns - 38)}
              {padTo(stepTime(step, now), 9, "right")}
            </Text>
            {index === run.current && run.progress && <Counters pace={run.progress} />}
          </Box>
        );
      })}
      {first + room < run.steps.length && (
        <Text dimColor>{`       ${run.steps.length - first - room} more below`}</Text>
      )}
    </Box>
  );
}

function Counters({ pace }: { readonly pace: Pace }) {
  const { columns } = useBodySize();
  const { symbols } = useTheme();
  const line = paceLine(pace);
  return (
    <>
      {pace.fraction !== null && (
        <Text>{`       ${progressText(pace.fraction, 40)}   ${barAmount(pace)}`}</Text>
      )}
      {line !== "" && <Text>{`       ${cut(line, columns - 8, symbols.ellipsis)}`}</Text>}
    </>
  );
}
