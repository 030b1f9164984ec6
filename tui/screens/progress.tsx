import { Box, Text } from "ink";
import { machineOf } from "../app/navigation.ts";
import type { Pace, Status } from "../run/status.ts";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { progressText } from "../widgets/progress-bar.tsx";
import { cut, padTo } from "../widgets/text.ts";
import { useTheme } from "../widgets/theme.tsx";
import { hostKeyLine, sshAddress } from "./machine-lines.ts";
import type { ScreenProps } from "./props.ts";
import {
  barAmount,
  groupsOfSteps,
  paceLine,
  placeOf,
  type StepGroup,
  stepMarks,
  stepTime,
} from "./run-lines.ts";

export function ProgressScreen({ model }: ScreenProps) {
  const { symbols } = useTheme();
  const { run, now } = model;
  const machine = machineOf(model);
  const address = machine && sshAddress(machine.network);
  const isStarting = run.state !== "running";
  const keys: KeyHint[] = [
    ["l", "log"],
    ["q", "leave this screen"],
    ["Ctrl-C", "stop"],
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
          <Text>{`starting the engine${symbols.ellipsis}`}</Text>
        </Box>
      ) : (
        <Steps run={run} now={now} />
      )}
      <Box paddingLeft={2} marginTop={1} flexDirection="column">
        <Text wrap="truncate">
          {model.isDryRun
            ? "dry run: nothing is written"
            : `This screen may be closed, the work goes on.${address ? ` Also: ssh root@${address}` : ""}`}
        </Text>
        <Text wrap="truncate">{!model.isDryRun && machine ? `Host key ${hostKeyLine(machine)}` : " "}</Text>
      </Box>
    </Frame>
  );
}

function Steps({ run, now }: { readonly run: Status; readonly now: number }) {
  const { rows } = useBodySize();
  const groups = groupsOfSteps(run.steps);
  const isCurrent = ({ first, steps }: StepGroup) =>
    run.current !== null && run.current >= first && run.current < first + steps.length;
  // Three lines below the list, two for the counters.
  const room = rows - 5;
  const current = Math.max(0, groups.findIndex(isCurrent));
  const isLong = groups.length > room;
  const size = isLong ? room - 2 : room;
  const top = isLong ? Math.max(0, Math.min(current - size + 4, groups.length - size)) : 0;
  const below = groups.length - top - size;
  return (
    <Box flexDirection="column">
      {isLong && <Text dimColor>{top > 0 ? `       ${top} more above` : " "}</Text>}
      {groups.slice(top, top + size).map((group) => (
        <Box key={group.first} flexDirection="column">
          <StepLine group={group} run={run} now={now} />
          {isCurrent(group) && run.progress && <Counters pace={run.progress} />}
        </Box>
      ))}
      {isLong && <Text dimColor>{below > 0 ? `       ${below} more below` : " "}</Text>}
    </Box>
  );
}

function StepLine({
  group,
  run,
  now,
}: {
  readonly group: StepGroup;
  readonly run: Status;
  readonly now: number;
}) {
  const { columns } = useBodySize();
  const { symbols } = useTheme();
  const { first, steps, step } = group;
  const isRunning = step.state === "running";
  const part =
    steps.length > 1 && isRunning ? `${(run.current ?? first) - first + 1} of ${steps.length} ` : "";
  const text = isRunning ? part + (run.progress?.text ?? "") : (step.reason ?? "");
  return (
    <Text wrap="truncate" bold={isRunning} dimColor={step.state === "waiting"}>
      {`  ${padTo(stepMarks[step.state], 4)} ${padTo(step.title, 19)} `}
      {padTo(cut(text, columns - 38, symbols.ellipsis), columns - 37)}
      {padTo(stepTime(step, now), 8, "right")}
    </Text>
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
