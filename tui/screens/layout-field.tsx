import { Box, Text } from "ink";
import { choicesOfField, valueOfField } from "../app/fields/index.ts";
import type { Message } from "../app/message.ts";
import type { Model, OpenField } from "../app/model.ts";
import { Choice } from "../widgets/choice.tsx";
import { useBodySize } from "../widgets/frame.tsx";
import { cut, widthOf } from "../widgets/text.ts";
import { PasswordField, TextField } from "../widgets/text-field.tsx";
import { useTheme } from "../widgets/theme.tsx";
import { DatasetsPane } from "./layout-datasets.tsx";

const typed = {
  pool: "The pool's name: letters, digits, _ - . and :, beginning with a letter.",
  hostname: "The installed system's name. Empty leaves the name that the flake gives it.",
} as const;

/** What is open in a field, in place of the fields. */
export function OpenFieldPane({
  model,
  open,
  title,
  send,
}: {
  readonly model: Model;
  readonly open: OpenField;
  readonly title: string;
  readonly send: (message: Message) => void;
}) {
  return (
    <>
      <Box paddingX={2} paddingY={1}>
        <Text bold>{title}</Text>
      </Box>
      {open.kind === "choices" && <Choices model={model} open={open} send={send} />}
      {open.kind === "text" && <Typed open={open} />}
      {open.kind === "passphrase" && <Passphrase open={open} />}
      {open.kind === "datasets" && <DatasetsPane layout={model.answers.layout} open={open} />}
    </>
  );
}

function Choices({
  model,
  open,
  send,
}: {
  readonly model: Model;
  readonly open: Extract<OpenField, { kind: "choices" }>;
  readonly send: (message: Message) => void;
}) {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const choices = choicesOfField(model, open.field);
  const width = Math.max(...choices.map(({ title }) => widthOf(title)));
  const current = choices.findIndex(({ value }) => value === valueOfField(model, open.field));
  const room = rows - 4;
  return (
    <>
      <Choice
        items={choices.map(({ value, title, note, reason }) => ({
          value,
          label: title,
          hint: cut(
            " ".repeat(width - widthOf(title)) + (reason ?? note),
            columns - widthOf(title) - 6,
            symbols.ellipsis,
          ),
          // The reason stands in the hint's column.
          reason: reason === null ? null : "",
        }))}
        initialIndex={Math.max(0, current)}
        isFocused={model.overlay === null}
        limit={room}
        onSelect={(value) => send({ is: "choice-made", value })}
      />
      {choices.length > room && (
        <Text dimColor>{`  ${choices.length} choices, ${room} of them in sight`}</Text>
      )}
    </>
  );
}

function Typed({ open }: { readonly open: Extract<OpenField, { kind: "text" }> }) {
  const { columns } = useBodySize();
  return (
    <Box flexDirection="column" paddingLeft={2}>
      <TextField {...open.input} width={columns - 4} error={open.error} />
      <Box marginTop={1}>
        <Text dimColor>{open.field === "pool" ? typed.pool : typed.hostname}</Text>
      </Box>
    </Box>
  );
}

function Passphrase({ open }: { readonly open: Extract<OpenField, { kind: "passphrase" }> }) {
  const { columns } = useBodySize();
  return (
    <Box flexDirection="column" paddingLeft={2}>
      <Box>
        <Text>{open.first === null ? "Passphrase  " : "Once again  "}</Text>
        <PasswordField {...open.input} width={columns - 20} />
      </Box>
      {open.error !== null && <Text>{`! ${open.error}`}</Text>}
      <Box flexDirection="column" marginTop={1}>
        <Text dimColor>{`At least 8 characters. The machine asks for it at each boot, on its console.`}</Text>
        <Text dimColor>Without it nobody can read the pool, not even you. No file of the system has it.</Text>
      </Box>
    </Box>
  );
}
