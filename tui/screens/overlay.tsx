import { Box, Text } from "ink";
import type { Model, Overlay, Question } from "../app/model.ts";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { Help } from "../widgets/help.tsx";
import { lastTop, ScrollPane } from "../widgets/scroll-pane.tsx";
import { wrap } from "../widgets/text.ts";
import { useTheme } from "../widgets/theme.tsx";
import { helpOf } from "./help-texts.ts";

/** What stands in place of a screen: help, a long text, the log, a question. */
export function OverlayScreen({ model, overlay }: { readonly model: Model; readonly overlay: Overlay }) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const scroll: KeyHint[] = [
    [`${symbols.upDown} PgUp PgDn`, "scroll"],
    ["Esc", "back"],
  ];
  switch (overlay.show) {
    case "help": {
      const help = helpOf(model.screen, symbols.upDown);
      return (
        <Frame path={["Help", help.title]} keys={[["any key", "back"]]}>
          <Box paddingTop={1}>
            <Help keys={help.keys} paragraphs={help.paragraphs} width={columns} />
          </Box>
        </Frame>
      );
    }
    case "text":
      return (
        <Frame path={[overlay.title]} keys={scroll}>
          <ScrollPane lines={overlay.lines} top={overlay.top} height={rows} width={columns} />
        </Frame>
      );
    case "log": {
      const { lines } = model.run;
      return (
        <Frame path={["Log"]} right="/run/dabei/log" keys={scroll}>
          <ScrollPane
            lines={lines}
            top={lastTop(lines.length, rows) - overlay.back}
            height={rows}
            width={columns}
          />
        </Frame>
      );
    }
    case "question":
      return <QuestionScreen about={overlay.about} />;
    default:
      return overlay satisfies never;
  }
}

const questions: Record<Question, readonly [question: string, consequence: string]> = {
  leave: [
    "Leave the installer?",
    "An installation that runs goes on without it, and the answers are kept. `dabei` starts it again; a console does so by itself.",
  ],
  reboot: [
    "Reboot this machine?",
    "What runs in RAM is gone then: shells, logs, and answers that were not saved elsewhere.",
  ],
  kexec: [
    "Start the installed system now?",
    "Its kernel takes over from this one, without the firmware. What runs in RAM is gone then: shells and logs.",
  ],
  "power-off": [
    "Power this machine off?",
    "A machine without a remote console cannot be switched on again from here.",
  ],
  stop: [
    "Stop the installation?",
    "The running step is ended. What was finished stays finished, and the installation can go on from there.",
  ],
  "start-over": [
    "Start over from the choice of disks?",
    "What the stopped installation has written stays on its disks until a new one begins there.",
  ],
};

function QuestionScreen({ about }: { readonly about: Question }) {
  const { columns } = useBodySize();
  const [question, consequence] = questions[about];
  return (
    <Frame
      path={[]}
      keys={[
        ["y", "yes"],
        ["n", "no"],
      ]}
    >
      <Box flexDirection="column" padding={2}>
        <Text bold>{`${question} y/n`}</Text>
        <Box marginTop={1}>
          <Text>{wrap(consequence, columns - 4).join("\n")}</Text>
        </Box>
      </Box>
    </Frame>
  );
}
