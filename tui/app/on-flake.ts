import type { HostFacts } from "../flake/facts.ts";
import type { Choices } from "../plan/choices.ts";
import type { Effect } from "./effect.ts";
import type { Message } from "./message.ts";
import type { Model, Screen } from "./model.ts";
import { goTo, keepAnswers, machineOf, offersOf, stay, tell, type Updated, within } from "./navigation.ts";
import { edit, textInput } from "./text-input.ts";

type FlakeScreen = Extract<Screen, { at: "flake" }>;

/** The flake screen: a reference, then its hosts, then what nix finds of the chosen one. */
export function onFlake(model: Model, screen: FlakeScreen, message: Message): Updated {
  const { probe, preflight } = model.flake;
  if (message.is === "went-back" && (probe.is === "busy" || preflight.is === "busy"))
    return cancel(model, screen);
  if (message.is === "trust-answered") return onTrust(model, message.isTrusted);
  if (message.is === "raw-asked") return showRaw(model);
  if (message.is === "edit-asked")
    return stay({ ...model, screen: { ...screen, part: "reference", row: 0 } });
  switch (screen.part) {
    case "reference":
      return onReference(model, screen, message);
    case "hosts":
      return onHosts(model, screen, message);
    case "findings":
      return onFindings(model, screen, message);
    default:
      return screen.part satisfies never;
  }
}

function onReference(model: Model, screen: FlakeScreen, message: Message): Updated {
  if (model.flake.probe.is === "busy") return stay(model);
  const offers = offersOf(model);
  const focus = (row: number): Updated =>
    stay({ ...model, screen: { ...screen, row: within(row, offers.length + 1) } });
  switch (message.is) {
    case "focus-moved":
      return focus(screen.row + message.by);
    case "key-typed":
      return stay({ ...model, screen: { ...screen, row: 0, input: edit(screen.input, message.key) } });
    case "went-back":
      return goTo(model, { at: "layout", focus: 0, open: null });
    case "entered": {
      const reference = screen.row === 0 ? screen.input.value.trim() : offers[screen.row - 1]?.reference;
      if (!reference) return tell(model, "Type a flake reference, such as github:owner/repository.");
      return ask(model, screen, reference);
    }
    default:
      return stay(model);
  }
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
      return check(model, { ...screen, part: "findings" }, host);
    }
    default:
      return stay(model);
  }
}

function onFindings(model: Model, screen: FlakeScreen, message: Message): Updated {
  const { preflight } = model.flake;
  switch (message.is) {
    case "went-back":
      return stay({ ...model, screen: { ...screen, part: "hosts" } });
    case "rescan-asked":
      return recheck(model);
    case "entered": {
      if (preflight.is === "busy") return tell(model, "nix is still at work. Esc stops it.");
      if (preflight.is !== "done") return recheck(model);
      if (preflight.value.findings.some(({ level }) => level === "error"))
        return tell(model, "This host cannot be installed like this: see what is marked with x.");
      return goTo(model, { at: "review", typed: textInput(), top: 0 }, ...keepAnswers(model));
    }
    default:
      return stay(model);
  }
}

/** Makes the preflight again where the answers are not those it was made for. */
export function recheckIfChanged(model: Model): Updated {
  const { screen, flake, answers } = model;
  if (screen.at !== "flake" || screen.part !== "findings") return stay(model);
  if (flake.preflight.is === "busy" || flake.preflightOf === signatureOf(answers)) return stay(model);
  return recheck(model);
}

function recheck(model: Model): Updated {
  const { screen, flake, answers } = model;
  if (screen.at !== "flake" || flake.probe.is !== "done") return stay(model);
  const host = flake.probe.value.hosts.find(({ name }) => name === answers.flake.host);
  return host ? check(model, screen, host) : stay(model);
}

function check(model: Model, screen: FlakeScreen, host: HostFacts): Updated {
  const machine = machineOf(model);
  const { probe } = model.flake;
  if (!machine || probe.is !== "done") return stay(model);
  const question = model.question + 1;
  const answers: Choices = {
    ...model.answers,
    flake: { ...model.answers.flake, host: host.name },
    // A host that names its hostId keeps it: the pool is made under it, so the first boot imports without force.
    system: { ...model.answers.system, hostId: host.hostId ?? model.hostId },
  };
  const effect: Effect = { do: "check-flake", question, machine, choices: answers, facts: probe.value };
  return stay(
    {
      ...model,
      question,
      screen,
      answers,
      notice: null,
      flake: {
        ...model.flake,
        preflight: { is: "busy", since: model.now, text: `evaluating ${host.name} with this layout` },
        preflightOf: signatureOf(answers),
      },
    },
    effect,
  );
}

/** Everything that the result of a preflight depends on. */
function signatureOf(answers: Choices): string {
  return JSON.stringify([answers.disks, answers.layout, answers.flake, answers.system]);
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

/** The next cache that the flake asks for and that nobody has decided on. */
export function pendingTrust(model: Model): { url: string; publicKey: string } | undefined {
  const { probe, refused } = model.flake;
  if (probe.is !== "done") return undefined;
  const trusted = model.answers.flake.substituters.map(({ url }) => url);
  for (const { url, publicKey } of probe.value.asksFor)
    if (publicKey !== null && !trusted.includes(url) && !refused.includes(url)) return { url, publicKey };
  return undefined;
}

function onTrust(model: Model, isTrusted: boolean): Updated {
  const doubt = pendingTrust(model);
  if (!doubt) return stay(model);
  if (!isTrusted)
    return stay({ ...model, flake: { ...model.flake, refused: [...model.flake.refused, doubt.url] } });
  const { flake } = model.answers;
  return stay({
    ...model,
    answers: { ...model.answers, flake: { ...flake, substituters: [...flake.substituters, doubt] } },
  });
}

/** Why a host cannot be installed on this machine, to go on after its name; null when it can. */
export function hostReason(model: Model, host: HostFacts): string | null {
  if (host.error) return "cannot be evaluated: see below";
  const architecture = machineOf(model)?.architecture;
  if (host.system !== null && architecture && !host.system.startsWith(architecture))
    return `is made for ${host.system}, this machine is ${architecture}-linux`;
  return null;
}

/** nix's own words on what is in focus, else on the first thing that has some. */
function showRaw(model: Model): Updated {
  const { probe, preflight } = model.flake;
  const { screen } = model;
  const host = screen.at === "flake" && probe.is === "done" ? probe.value.hosts[screen.row] : undefined;
  const raw =
    (preflight.is === "failed" && preflight.failure.raw) ||
    (preflight.is === "done" && preflight.value.findings.find((finding) => finding.raw)?.raw) ||
    (probe.is === "failed" && probe.failure.raw) ||
    host?.error?.raw;
  if (!raw) return tell(model, "nix had nothing more to say.");
  return stay({
    ...model,
    overlay: { show: "text", title: "nix's own words", lines: raw.split("\n"), top: 0 },
  });
}
