import { Box, Text } from "ink";
import { type FindingLine, findingLines } from "../app/flake-findings.ts";
import type { Model } from "../app/model.ts";
import { Busy } from "../widgets/busy.tsx";
import { useBodySize } from "../widgets/frame.tsx";
import { hiddenText } from "../widgets/list.tsx";
import { wrap } from "../widgets/text.ts";
import { colours } from "../widgets/theme.tsx";

const marks: Record<FindingLine["level"], string> = { ok: "ok", warning: "!", error: "x", question: "?" };
const tones = { ok: colours.good, warning: colours.warning, error: colours.bad, question: colours.accent };

/** What was found, from `top` on where there is no room for all of it. */
export function Findings({
  model,
  top,
  height,
}: {
  readonly model: Model;
  readonly top: number;
  /** Lines that it may take. */
  readonly height: number;
}) {
  const { columns } = useBodySize();
  const { preflight } = model.flake;
  const found = findingLines(model).map(({ level, text }, place) =>
    wrap(text, columns - 11).map((line, index) => ({
      key: `${place}.${index}`,
      tone: tones[level],
      mark: index === 0 ? marks[level] : "",
      line,
    })),
  );
  const lines = found.flat();
  const room = height - (preflight.is === "busy" ? 1 : 0);
  const size = lines.length > room ? room - 1 : lines.length;
  const first = Math.min(found.slice(0, top).flat().length, lines.length - size);
  const below = lines.length - first - size;
  return (
    <Box flexDirection="column" marginTop={1}>
      {lines.slice(first, first + size).map(({ key, tone, mark, line }) => (
        <Box key={key} paddingLeft={2}>
          <Box width={7} flexShrink={0}>
            <Text color={tone}>{mark}</Text>
          </Box>
          <Text>{line}</Text>
        </Box>
      ))}
      {size < lines.length && <Text dimColor>{`         ${hiddenText(first, below)}`}</Text>}
      {preflight.is === "busy" && (
        <Box paddingLeft={2}>
          <Busy text={preflight.text} milliseconds={model.now - preflight.since} />
        </Box>
      )}
    </Box>
  );
}
