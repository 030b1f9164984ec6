import { Box, Text } from "ink";
import { pendingTrust } from "../app/flake-trust.ts";
import type { Model } from "../app/model.ts";
import type { Finding, HostFacts } from "../flake/facts.ts";
import { Busy } from "../widgets/busy.tsx";
import { useBodySize } from "../widgets/frame.tsx";
import { wrap } from "../widgets/text.ts";
import { colours } from "../widgets/theme.tsx";

const marks: Record<Finding["level"] | "question", string> = {
  ok: "ok",
  warning: "!",
  error: "x",
  question: "?",
};
const tones = { ok: colours.good, warning: colours.warning, error: colours.bad, question: colours.accent };

/** Whom the installation trusts, and what nix found of the host together with the layout. */
export function Findings({ model }: { readonly model: Model }) {
  const { preflight } = model.flake;
  const trouble = focusedHost(model)?.error;
  const doubt = pendingTrust(model);
  return (
    <Box flexDirection="column" marginTop={1}>
      {model.answers.flake.substituters.map(({ url, publicKey }) => (
        <Line
          key={url}
          level="ok"
          text={`${url} is trusted, key ${shortKey(publicKey)}${given(model, url)}`}
        />
      ))}
      {trouble && <Line level="error" text={trouble.sentence} />}
      {doubt && (
        <Line
          level="question"
          text={`The flake asks for the cache ${doubt.url} (key ${shortKey(doubt.publicKey)}): trust it? y/n`}
        />
      )}
      {preflight.is === "busy" && (
        <Box paddingLeft={2}>
          <Busy text={preflight.text} milliseconds={model.now - preflight.since} />
        </Box>
      )}
      {preflight.is === "failed" && <Line level="error" text={preflight.failure.sentence} />}
      {preflight.is === "done" &&
        preflight.value.findings.map(({ level, sentence }) => (
          <Line key={sentence} level={level} text={sentence} />
        ))}
    </Box>
  );
}

function Line({ level, text }: { readonly level: Finding["level"] | "question"; readonly text: string }) {
  const { columns } = useBodySize();
  return (
    <Box paddingLeft={2}>
      <Box width={7} flexShrink={0}>
        <Text color={tones[level]}>{marks[level]}</Text>
      </Box>
      <Text>{wrap(text, columns - 11).join("\n")}</Text>
    </Box>
  );
}

/** "infra-1:Zk3a…": the name and the beginning of a key. */
function shortKey(key: string): string {
  const [name = "", value = ""] = key.split(":", 2);
  return `${name}:${value.slice(0, 6)}…`;
}

function given(model: Model, url: string): string {
  return model.given.substituter?.url === url ? " (given at boot)" : "";
}

/** The host that is looked at while one is being chosen. */
function focusedHost({ screen, flake }: Model): HostFacts | undefined {
  if (screen.at !== "flake" || screen.part !== "hosts" || flake.probe.is !== "done") return undefined;
  return flake.probe.value.hosts[screen.row];
}
