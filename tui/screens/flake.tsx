import { Box, Text } from "ink";
import { accessOf, accessWords } from "../app/flake-access.ts";
import { pendingTrust } from "../app/flake-trust.ts";
import type { Model, Screen } from "../app/model.ts";
import { offersOf } from "../app/navigation.ts";
import type { NixFailure } from "../flake/facts.ts";
import { Busy } from "../widgets/busy.tsx";
import { Frame, type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { List } from "../widgets/list.tsx";
import { cutMiddle, widthOf, wrap } from "../widgets/text.ts";
import { TextField } from "../widgets/text-field.tsx";
import { colours, useTheme } from "../widgets/theme.tsx";
import { AccessView, accessKeys } from "./flake-access.tsx";
import { DiskoDisks } from "./flake-disko.tsx";
import { Findings } from "./flake-findings.tsx";
import { Hosts, hostRows } from "./flake-hosts.tsx";
import { Labelled } from "./labelled.tsx";
import type { ScreenProps } from "./props.ts";

type FlakeView = Extract<Screen, { at: "flake" }>;

export function FlakeScreen({ model }: ScreenProps) {
  const { symbols } = useTheme();
  const { screen } = model;
  if (screen.at !== "flake") return null;
  return (
    <Frame
      path={["Install", "Flake"]}
      right={{ step: 3, of: 5 }}
      keys={keysOf(model, screen, symbols.upDown)}
      notice={model.notice}
    >
      <Reference model={model} screen={screen} />
      {screen.part === "access" ? (
        <Box marginTop={1}>
          <AccessView model={model} screen={screen} />
        </Box>
      ) : (
        <Answer model={model} screen={screen} />
      )}
    </Frame>
  );
}

function keysOf(model: Model, screen: FlakeView, upDown: string): KeyHint[] {
  const { probe, preflight } = model.flake;
  if (probe.is === "busy" || preflight.is === "busy") return [["Esc", "stop"]];
  if (screen.part === "access") return accessKeys(screen);
  const words: KeyHint[] = [["w", "nix's own words"]];
  if (screen.part === "reference")
    return [
      [upDown, "move"],
      ["Enter", "look"],
      ...(probe.is === "failed" ? [["Ctrl-W", "nix's own words"] as const] : []),
      ["Esc", "back"],
      ...(screen.input.value === "" ? [["?", "help"] as const] : []),
    ];
  if (screen.part === "disko")
    return [
      [upDown, "move"],
      ["Space", "another disk"],
      ["Enter", "check"],
      ["Esc", "back"],
      ["?", "help"],
    ];
  const isHosts = screen.part === "hosts";
  return [
    ...(pendingTrust(model) ? [["y/n", "trust"] as const] : []),
    ...(isHosts ? [[upDown, "host"] as const] : []),
    ["Enter", isHosts ? "choose" : "next"],
    ["e", "edit"],
    ...words,
    ...(accessOf(model) ? [["a", "give access"] as const] : []),
    ...(isHosts ? [] : [["r", "again"] as const]),
    ["Esc", "back"],
    ["?", "help"],
  ];
}

function Reference({ model, screen }: { readonly model: Model; readonly screen: FlakeView }) {
  const { symbols } = useTheme();
  const { columns } = useBodySize();
  const isHere = screen.part === "reference" && model.flake.probe.is !== "busy";
  if (!isHere)
    return (
      <Labelled label="Flake" width={7}>
        <Text wrap="truncate">{screen.input.value || model.answers.flake.reference}</Text>
      </Labelled>
    );
  const offers = offersOf(model);
  const lacking = accessOf(model);
  const width = columns - 8;
  // Where it comes from stands whole: marker, address and two blanks leave it that much.
  const room = (origin: string) => width - 4 - widthOf(origin);
  return (
    <>
      <Labelled label="Flake" width={7}>
        <TextField
          {...screen.input}
          width={columns - 10}
          isFocused={screen.row === 0}
          placeholder="github:owner/repository, or a URL of a tar archive"
        />
      </Labelled>
      <Box paddingLeft={7} flexDirection="column">
        <List
          rows={offers.map(({ reference, origin }) => ({
            key: reference,
            lead: cutMiddle(reference, room(origin), symbols.ellipsis),
            rest: origin,
          }))}
          focus={screen.row - 1}
          height={6}
          width={width}
        />
        <List
          rows={
            lacking ? [{ key: "access", lead: `give ${accessWords(lacking)}`, rest: "and look again" }] : []
          }
          focus={screen.row - 1 - offers.length}
          height={1}
          width={width}
        />
      </Box>
    </>
  );
}

/** What nix said to the reference: nothing yet, busy, a failure, or hosts with the findings of the chosen one. */
function Answer({ model, screen }: { readonly model: Model; readonly screen: FlakeView }) {
  const { probe } = model.flake;
  const { rows } = useBodySize();
  return (
    <Box flexDirection="column" marginTop={1}>
      {probe.is === "busy" && (
        <Box paddingLeft={2}>
          <Busy text={probe.text} milliseconds={model.now - probe.since} />
        </Box>
      )}
      {probe.is === "failed" && <Failed failure={probe.failure} />}
      {probe.is === "done" && screen.part !== "reference" && (
        <>
          <Hosts model={model} facts={probe.value} screen={screen} />
          {screen.part === "disko" ? (
            <DiskoDisks model={model} row={screen.row} />
          ) : (
            <Findings model={model} top={screen.top ?? 0} height={rows - 3 - hostRows(probe.value, screen)} />
          )}
        </>
      )}
    </Box>
  );
}

function Failed({ failure }: { readonly failure: NixFailure }) {
  const { columns } = useBodySize();
  return (
    <Box flexDirection="column" paddingLeft={2}>
      <Text color={colours.bad}>{wrap(failure.sentence, columns - 4).join("\n")}</Text>
    </Box>
  );
}
