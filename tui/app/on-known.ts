import type { Given } from "../answers/given.ts";
import { withPreflight } from "../flake/chosen-host.ts";
import type { Drawn } from "../machine/draw.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import { defaultChoices } from "../plan/defaults.ts";
import { accessOf } from "./flake-access.ts";
import { hostReason } from "./flake-trust.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { machineOf, offersOf, stay, tell, type Updated, within } from "./navigation.ts";
import { withDisks } from "./on-disks.ts";

/** Takes in what an effect found out. Null for messages that are keys. */
export function onKnown(model: Model, message: Message): Updated | null {
  const { flake } = model;
  switch (message.is) {
    case "machine-probed": {
      const { machine, drawn } = message;
      const next = withMachine(model, machine, drawn);
      const isFirst = model.hostId === "";
      return isFirst ? stay(next, { do: "load-answers", machine, choices: next.answers }) : stay(next);
    }
    case "machine-changed":
      // Looked at quietly: what is on the screen stays until more is known. An installation is not disturbed.
      return model.run.state === "running" ? stay(model) : stay(model, { do: "probe-machine" });
    case "unattended-begun":
      // The console shows its log instead, until a key is pressed there.
      if (model.screen.at === "start" && model.overlay === null) return stay(model, { do: "leave" });
      return stay(
        { ...model, notice: "Answers for an unattended installation were found. It gives way to you." },
        { do: "take-over" },
      );
    case "machine-probe-failed":
      return stay({
        ...model,
        machine: { is: "failed", failure: { sentence: message.sentence, raw: "" } },
      });
    case "boot-parameters-read":
      return stay(withGiven(model, message.given));
    case "answers-loaded":
      return stay({ ...withLoaded(model, message), isReading: false });
    case "answers-found":
      return stay({ ...model, isReading: true });
    case "answers-useless":
      return stay({ ...model, isReading: false });
    case "answers-saved":
      return tell(model, `The answers are in ${message.path}, the passphrase is not in it.`);
    case "effect-failed":
      return tell({ ...model, isReading: false }, message.sentence);
    default:
  }
  if (!("question" in message)) return null;
  // A reply to a question that was cancelled, or asked anew, is of no interest.
  if (message.question !== model.question) return stay(model);
  switch (message.is) {
    case "flake-probed": {
      const { hosts } = message.facts;
      const wanted = hosts.findIndex(({ name }) => name === model.answers.flake.host);
      const usable = hosts.findIndex((host) => hostReason(model, host) === null);
      const row = Math.max(0, wanted >= 0 ? wanted : usable);
      const screen =
        model.screen.at === "flake" ? { ...model.screen, part: "hosts" as const, row } : model.screen;
      const { reference } = message.facts;
      const recent = [reference, ...model.recent.filter((one) => one !== reference)].slice(0, 5);
      return stay({
        ...model,
        screen,
        recent,
        flake: { ...flake, probe: { is: "done", value: message.facts } },
      });
    }
    case "flake-probe-failed":
      return stay(
        withRemedy({ ...model, flake: { ...flake, probe: { is: "failed", failure: message.failure } } }),
      );
    case "flake-checked":
      return stay({
        ...model,
        answers: withPreflight(model.answers, message.preflight),
        flake: { ...flake, preflight: { is: "done", value: message.preflight } },
      });
    case "flake-check-failed":
      return stay({ ...model, flake: { ...flake, preflight: { is: "failed", failure: message.failure } } });
    case "host-keys-shown":
      return stay({ ...model, flake: { ...flake, hostKeys: { is: "done", value: message.keys } } });
    case "host-keys-missing":
      return stay({ ...model, flake: { ...flake, hostKeys: { is: "failed", failure: message.failure } } });
    case "nix-said":
      return stay(withNixWords(model, message.text));
    default:
      return message satisfies never;
  }
}

/** What would help is a row below the reference, and the next Enter takes it. */
function withRemedy(model: Model): Model {
  const { screen } = model;
  if (screen.at !== "flake" || !accessOf(model)) return model;
  return { ...model, screen: { ...screen, row: offersOf(model).length + 1 } };
}

function withMachine(model: Model, machine: Machine, drawn: Drawn): Model {
  const guids = { ...model.guids };
  for (const [index, { path }] of machine.disks.entries()) guids[path] ??= drawn.guids[index] ?? "";
  const isFirst = model.hostId === "";
  const next: Model = {
    ...model,
    guids,
    hostId: isFirst ? drawn.hostId : model.hostId,
    machine: { is: "done", value: machine },
    answers: isFirst ? firstAnswers(model.answers, machine, drawn) : model.answers,
  };
  // A disk that has gone, or that is in use now, is no longer chosen.
  const answers = withDisks(next, machine, next.answers.disks);
  return mountedAgain({ ...next, answers, screen: withSameFocus(model, machine) }, model.machine);
}

/** Whoever is on the way into what is mounted looks at it again when it is no longer what it was. */
function mountedAgain(next: Model, before: Model["machine"]): Model {
  const { answers, machine, screen } = next;
  const outline = (task: Model["machine"]) =>
    JSON.stringify(
      task.is === "done" &&
        task.value.mounted?.fileSystems.map(({ place, source, type }) => [place, source, type]),
    );
  const isOnWay = screen.at === "flake" || screen.at === "review";
  if (answers.target !== "mounted" || !isOnWay || before.is !== "done") return next;
  if (outline(before) === outline(machine)) return next;
  return {
    ...next,
    screen: { at: "mounted", row: 0 },
    notice: "What is mounted at /mnt has changed: look again.",
    flake: { ...next.flake, preflightOf: "" },
  };
}

/** The focus stays on its disk when others come or go above it: the next Space must mark what is seen. */
function withSameFocus({ screen, machine: before }: Model, machine: Machine): Screen {
  if (screen.at !== "disks") return screen;
  const path = before.is === "done" ? before.value.disks[screen.focus]?.path : undefined;
  const row = machine.disks.findIndex((disk) => disk.path === path);
  return { ...screen, focus: row >= 0 ? row : within(screen.focus, machine.disks.length) };
}

/** Defaults that fit the machine; what was known before the probe (the kernel command line) stays. */
function firstAnswers(known: Choices, machine: Machine, drawn: Drawn): Choices {
  const defaults = defaultChoices(machine);
  return {
    ...known,
    layout: defaults.layout,
    network: known.network ?? defaults.network,
    system: {
      ...defaults.system,
      ...withoutEmpty(known.system),
      hostId: known.system.hostId || drawn.hostId,
    },
  };
}

function withoutEmpty(system: Choices["system"]): Partial<Choices["system"]> {
  return {
    ...(system.hostname === null ? {} : { hostname: system.hostname }),
    ...(system.authorizedKeys.length === 0 ? {} : { authorizedKeys: system.authorizedKeys }),
  };
}

function withGiven(model: Model, given: Given): Model {
  const { answers } = model;
  const { substituters } = answers.flake;
  const { substituter } = given;
  const isNew = substituter !== null && !substituters.some(({ url }) => url === substituter.url);
  return {
    ...model,
    given,
    answers: {
      ...answers,
      flake: { ...answers.flake, substituters: isNew ? [substituter, ...substituters] : substituters },
      system: {
        ...answers.system,
        hostname: answers.system.hostname ?? given.hostname,
        authorizedKeys:
          given.authorizedKeys.length > 0 ? given.authorizedKeys : answers.system.authorizedKeys,
      },
    },
  };
}

/**
 * Answers of a file, or of an earlier screen in this boot. Reading them takes a while, and a person may be quicker: disks
 * that are marked stay marked. Whoever has decided more than that has begun without them.
 */
function withLoaded(
  model: Model,
  { answers: loaded, asks, decided, passphrase }: Extract<Message, { is: "answers-loaded" }>,
): Model {
  const machine = machineOf(model);
  const isAhead = model.decided.length > 0 || !["start", "disks", "layout"].includes(model.screen.at);
  if (!machine || isAhead) return model;
  const marked = model.answers.disks;
  const known = model.answers.flake.substituters;
  const more = loaded.flake.substituters.filter(({ url }) => !known.some((one) => one.url === url));
  const next: Model = {
    ...model,
    answers: {
      ...model.answers,
      ...loaded,
      flake: { ...loaded.flake, substituters: [...known, ...more] },
    },
    passphrase,
    recent: loaded.flake.reference ? [loaded.flake.reference] : model.recent,
    decided,
    asks,
  };
  return { ...next, answers: withDisks(next, machine, marked.length > 0 ? marked : loaded.disks) };
}

function withNixWords(model: Model, text: string): Model {
  const { flake } = model;
  if (flake.probe.is === "busy") return { ...model, flake: { ...flake, probe: { ...flake.probe, text } } };
  if (flake.preflight.is === "busy")
    return { ...model, flake: { ...flake, preflight: { ...flake.preflight, text } } };
  return model;
}
