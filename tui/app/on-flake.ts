import { accessOf } from "./flake-access.ts";
import { check, recheck } from "./flake-check.ts";
import { findingLines } from "./flake-findings.ts";
import { hostReason, onTrust, pendingTrust, showRaw } from "./flake-trust.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { goTo, keepAnswers, offersOf, stay, tell, type Updated, within } from "./navigation.ts";
import { askForAccess, onAccess } from "./on-access.ts";
import { askForDisko, onDisko } from "./on-disko.ts";
import { edit, textInput } from "./text-input.ts";
import { backward, onward } from "./way.ts";

type FlakeScreen = Extract<Screen, { at: "flake" }>;

/** The flake screen: a reference, then its hosts, then what nix finds of the chosen one. */
export function onFlake(model: Model, screen: FlakeScreen, message: Message): Updated {
  const { probe, preflight } = model.flake;
  if (message.is === "went-back" && (probe.is === "busy" || preflight.is === "busy"))
    return cancel(model, screen);
  if (screen.part === "access") return onAccess(model, screen, message, askAgain);
  if (message.is === "access-asked") return askForAccess(model, screen);
  if (message.is === "trust-answered") return onTrust(model, message.isTrusted);
  if (message.is === "raw-asked") return showRaw(model);
  if (message.is === "edit-asked")
    return stay({ ...model, screen: { ...screen, part: "reference", row: 0 } });
  switch (screen.part) {
    case "reference":
      return onReference(model, screen, message);
    case "hosts":
      return onHosts(model, screen, message);
    case "disko":
      return onDisko(model, screen, message);
    case "findings":
      return onFindings(model, screen, message);
    default:
      return screen.part satisfies never;
  }
}

function onReference(model: Model, screen: FlakeScreen, message: Message): Updated {
  if (model.flake.probe.is === "busy") return stay(model);
  const offers = offersOf(model);
  // Below the offers stands what would help, where something would.
  const rows = offers.length + 1 + (accessOf(model) ? 1 : 0);
  const focus = (row: number): Updated => stay({ ...model, screen: { ...screen, row: within(row, rows) } });
  switch (message.is) {
    case "focus-moved":
      return focus(screen.row + message.by);
    case "key-typed":
      return stay({ ...model, screen: { ...screen, row: 0, input: edit(screen.input, message.key) } });
    case "went-back":
      return goTo(model, backward(model, "flake"));
    case "entered": {
      if (screen.row > offers.length) return askForAccess(model, screen);
      const reference = screen.row === 0 ? screen.input.value.trim() : offers[screen.row - 1]?.reference;
      if (!reference) return tell(model, "Type a flake reference, such as github:owner/repository.");
      return ask(model, screen, reference);
    }
    default:
      return stay(model);
  }
}

/** The same question once more, with what was given since. */
function askAgain(model: Model, screen: FlakeScreen): Updated {
  const { reference, host } = model.answers.flake;
  const { access: _, typed: __, ...rest } = screen;
  return ask(model, { ...rest, row: 0 }, host ? `${reference}#${host}` : reference);
}

/** Asks nix for the hosts of a flake. "reference#host" chooses the host as well. */
function ask(model: Model, screen: FlakeScreen, typed: string): Updated {
  const [reference = "", host = ""] = typed.split("#", 2);
  const question = model.question + 1;
  const { answers } = model;
  return stay(
    {
      ...model,
      question,
      screen: { ...screen, input: textInput(typed) },
      answers: { ...answers, flake: { ...answers.flake, reference, host } },
      flake: {
        ...model.flake,
        probe: { is: "busy", since: model.now, text: "asking nix for the hosts of the flake" },
        preflight: { is: "idle" },
        preflightOf: "",
      },
    },
    { do: "probe-flake", question, reference, substituters: answers.flake.substituters },
  );
}

function onHosts(model: Model, screen: FlakeScreen, message: Message): Updated {
  const { probe } = model.flake;
  const hosts = probe.is === "done" ? probe.value.hosts : [];
  switch (message.is) {
    case "focus-moved-to-end":
      return stay({ ...model, screen: { ...screen, row: message.end === "first" ? 0 : hosts.length - 1 } });
    case "focus-moved":
      return stay({ ...model, screen: { ...screen, row: within(screen.row + message.by, hosts.length) } });
    case "went-back":
      return stay({ ...model, screen: { ...screen, part: "reference", row: 0 } });
    case "entered": {
      const host = hosts[screen.row];
      const doubt = pendingTrust(model);
      if (!host) return stay(model);
      const reason = hostReason(model, host);
      if (reason !== null) return tell(model, `${host.name} ${reason}.`);
      if (doubt) return tell(model, `First answer with y or n: is ${doubt.url} trusted?`);
      if (host.way.kind === "disko" && model.answers.target !== "mounted")
        return askForDisko(model, screen, host, host.way);
      return check(model, { ...screen, part: "findings" }, host);
    }
    default:
      return stay(model);
  }
}

function onFindings(model: Model, screen: FlakeScreen, message: Message): Updated {
  const { preflight } = model.flake;
  const showFrom = (top: number): Updated =>
    stay({ ...model, screen: { ...screen, top: within(top, findingLines(model).length) } });
  switch (message.is) {
    case "focus-moved":
      return showFrom((screen.top ?? 0) + message.by);
    case "focus-moved-to-end":
      return showFrom(message.end === "first" ? 0 : Number.POSITIVE_INFINITY);
    case "went-back":
      return stay({ ...model, screen: { ...screen, part: "hosts" } });
    case "rescan-asked":
      return recheck(model);
    case "build-here-asked": {
      const { flake } = model.answers;
      if (preflight.is === "busy" || flake.missingCache === "build") return stay(model);
      return recheck({
        ...model,
        answers: { ...model.answers, flake: { ...flake, missingCache: "build" } },
      });
    }
    case "entered": {
      if (preflight.is === "busy") return tell(model, "nix is still at work. Esc stops it.");
      if (preflight.is !== "done") return recheck(model);
      if (preflight.value.findings.some(({ level }) => level === "error"))
        return tell(model, "This host cannot be installed like this: see what is marked with x.");
      return goTo(model, onward(model, "flake"), ...keepAnswers(model));
    }
    default:
      return stay(model);
  }
}

function cancel(model: Model, screen: FlakeScreen): Updated {
  const { flake } = model;
  const probe = flake.probe.is === "busy" ? ({ is: "idle" } as const) : flake.probe;
  const part = probe.is === "done" ? "hosts" : "reference";
  return [
    {
      ...model,
      question: model.question + 1,
      notice: "Stopped.",
      screen: { ...screen, part, row: part === "reference" ? 0 : screen.row },
      flake: { ...flake, probe, preflight: { is: "idle" }, preflightOf: "" },
    },
    [{ do: "cancel-nix" }],
  ];
}
