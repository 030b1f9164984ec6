import { Box, Text } from "ink";
import { type Access, accessWords } from "../app/flake-access.ts";
import type { Model, Screen } from "../app/model.ts";
import { textInput } from "../app/text-input.ts";
import { Busy } from "../widgets/busy.tsx";
import { type KeyHint, useBodySize } from "../widgets/frame.tsx";
import { wrap } from "../widgets/text.ts";
import { PasswordField, TextField } from "../widgets/text-field.tsx";
import { colours } from "../widgets/theme.tsx";
import { Labelled } from "./labelled.tsx";

type FlakeView = Extract<Screen, { at: "flake" }>;

const kept = "It is kept in RAM, and wiped when the installation ends.";

const explanations: Record<Access["kind"], string> = {
  token: `What you type is not shown. ${kept} A token that may read this repository is enough.`,
  "ssh-key": `Paste a private key without a passphrase (it is not shown), or type where it is: /root/key, disk:LABEL/key. ${kept}`,
  "host-key":
    "Compare them with what the owner of the server says: GitHub, GitLab and others publish theirs. Whoever shows another key is another server.",
};

export function accessKeys({ access }: FlakeView): KeyHint[] {
  if (access?.kind !== "host-key")
    return [
      ["Enter", "give it"],
      ["Esc", "back"],
    ];
  return [
    ["y", "trust this server"],
    ["n", "do not"],
    ["Esc", "back"],
  ];
}

/** What a refused fetch lacks: a host key to look at, a token or a key to give. */
export function AccessView({ model, screen }: { readonly model: Model; readonly screen: FlakeView }) {
  const { columns } = useBodySize();
  const { access } = screen;
  if (!access) return null;
  const title = accessWords(access);
  return (
    <Box flexDirection="column">
      <Box paddingLeft={2} marginBottom={1}>
        <Text bold>{`${title.charAt(0).toUpperCase()}${title.slice(1)}`}</Text>
      </Box>
      {access.kind === "host-key" ? (
        <ShownKeys model={model} />
      ) : (
        <Secret kind={access.kind} screen={screen} width={columns - 12} />
      )}
      <Box paddingLeft={2} marginTop={1}>
        <Text>{wrap(explanations[access.kind], columns - 4).join("\n")}</Text>
      </Box>
    </Box>
  );
}

function ShownKeys({ model }: { readonly model: Model }) {
  const { hostKeys } = model.flake;
  if (hostKeys.is === "busy")
    return (
      <Box paddingLeft={2}>
        <Busy text={hostKeys.text} milliseconds={model.now - hostKeys.since} />
      </Box>
    );
  if (hostKeys.is === "failed")
    return (
      <Box paddingLeft={2}>
        <Text color={colours.bad}>{hostKeys.failure.sentence}</Text>
      </Box>
    );
  const keys = hostKeys.is === "done" ? hostKeys.value : [];
  return keys.map(({ type, fingerprint }) => (
    <Labelled key={fingerprint} label={type} width={10}>
      <Text>{fingerprint}</Text>
    </Labelled>
  ));
}

function Secret({
  kind,
  screen,
  width,
}: {
  readonly kind: "token" | "ssh-key";
  readonly screen: FlakeView;
  readonly width: number;
}) {
  const typed = screen.typed ?? textInput();
  // A path may be read, a key may not.
  const isSecret = kind === "token" || typed.value.startsWith("-");
  const Field = isSecret ? PasswordField : TextField;
  return (
    <Labelled label={kind === "token" ? "Token" : "Key"} width={8}>
      <Field {...typed} width={width} />
    </Labelled>
  );
}
