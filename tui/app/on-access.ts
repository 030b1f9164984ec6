import { type Access, accessOf } from "./flake-access.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { stay, tell, type Updated } from "./navigation.ts";
import { edit, textInput } from "./text-input.ts";

type FlakeScreen = Extract<Screen, { at: "flake" }>;

/** Asks for what a refused fetch lacks: a token or a key is typed, a host key is fetched and shown. */
export function askForAccess(model: Model, screen: FlakeScreen): Updated {
  const access = accessOf(model);
  if (!access) return tell(model, "Nothing that could be given here is missing.");
  const next: Model = {
    ...model,
    notice: null,
    screen: { ...screen, part: "access", access, typed: textInput() },
  };
  if (access.kind !== "host-key") return stay(next);
  const question = model.question + 1;
  const { server } = access;
  return stay(
    {
      ...next,
      question,
      flake: {
        ...next.flake,
        hostKeys: { is: "busy", since: model.now, text: `asking ${server} for its host keys` },
      },
    },
    { do: "scan-host-keys", question, server },
  );
}

/** `again` asks nix once more for the flake. */
export function onAccess(
  model: Model,
  screen: FlakeScreen,
  message: Message,
  again: (model: Model, screen: FlakeScreen) => Updated,
): Updated {
  const { access, typed = textInput() } = screen;
  if (!access) return back(model, screen);
  switch (message.is) {
    case "went-back":
      return back({ ...model, question: model.question + 1 }, screen);
    case "key-typed":
      return stay({ ...model, screen: { ...screen, typed: edit(typed, message.key) } });
    case "trust-answered":
      return message.isTrusted ? trust(model, access) : back(model, screen);
    case "entered":
      return access.kind === "host-key" ? stay(model) : give(model, screen, access, typed.value);
    case "access-given":
      return again(withGiven(model, access), { ...screen, part: "reference" });
    default:
      return stay(model);
  }
}

function back(model: Model, { access: _, typed: __, ...screen }: FlakeScreen): Updated {
  const part = model.flake.probe.is === "done" ? "hosts" : "reference";
  const idle: Model = { ...model, flake: { ...model.flake, hostKeys: { is: "idle" } } };
  return stay({ ...idle, screen: { ...screen, part, row: part === "reference" ? 0 : screen.row } });
}

function trust(model: Model, access: Access): Updated {
  const { hostKeys } = model.flake;
  if (access.kind !== "host-key" || hostKeys.is !== "done") return stay(model);
  const lines = hostKeys.value.map(({ line }) => line);
  return stay(model, { do: "give-access", question: model.question, access, value: lines.join("\n") });
}

function give(model: Model, screen: FlakeScreen, access: Access, value: string): Updated {
  // The lines of a key that is pasted come as lines, where the terminal does not say that it is a paste.
  const isHalf = value.startsWith("-----BEGIN") && !/-----END [^-]*-----\s*$/.test(value);
  if (isHalf) return stay({ ...model, screen: { ...screen, typed: textInput(`${value} `) } });
  if (value.trim() === "") return tell(model, "Nothing was typed. Esc goes back.");
  return stay(
    { ...model, screen: { ...screen, typed: textInput() } },
    { do: "give-access", question: model.question, access, value: value.trim() },
  );
}

/** That something was given goes into the answers; of what it was, the host keys alone. */
function withGiven(model: Model, access: Access): Model {
  const { flake } = model.answers;
  const { tokens = [], sshKey = false, sshHostKeys = [] } = flake.access ?? {};
  const keys = model.flake.hostKeys.is === "done" ? model.flake.hostKeys.value.map(({ line }) => line) : [];
  const given = {
    token: {
      tokens: access.kind === "token" ? [...new Set([...tokens, access.host])] : tokens,
      sshKey,
      sshHostKeys,
    },
    "ssh-key": { tokens, sshKey: true, sshHostKeys },
    "host-key": { tokens, sshKey, sshHostKeys: [...new Set([...sshHostKeys, ...keys])] },
  }[access.kind];
  return {
    ...model,
    answers: { ...model.answers, flake: { ...flake, access: given } },
    flake: { ...model.flake, hostKeys: { is: "idle" } },
  };
}
