import { withHost } from "../flake/chosen-host.ts";
import type { HostFacts } from "../flake/facts.ts";
import type { Choices } from "../plan/choices.ts";
import type { Effect } from "./effect.ts";
import type { Model, Screen } from "./model.ts";
import { machineOf, stay, type Updated } from "./navigation.ts";

type FlakeScreen = Extract<Screen, { at: "flake" }>;

/** Makes the preflight again where the answers are not those it was made for. */
export function recheckIfChanged(model: Model): Updated {
  const { screen, flake, answers } = model;
  if (screen.at !== "flake" || screen.part !== "findings") return stay(model);
  if (flake.preflight.is === "busy" || flake.preflightOf === signatureOf(answers)) return stay(model);
  return recheck(model);
}

export function recheck(model: Model): Updated {
  const { screen, flake, answers } = model;
  if (screen.at !== "flake" || flake.probe.is !== "done") return stay(model);
  const host = flake.probe.value.hosts.find(({ name }) => name === answers.flake.host);
  return host ? check(model, screen, host) : stay(model);
}

export function check(model: Model, screen: FlakeScreen, host: HostFacts): Updated {
  const machine = machineOf(model);
  const { probe } = model.flake;
  if (!machine || probe.is !== "done") return stay(model);
  const question = model.question + 1;
  const { system } = model.answers;
  // Another host before this one may have brought a hostId of its own.
  const answers = withHost(
    { ...model.answers, system: { ...system, hostId: model.hostId } },
    host,
    probe.value,
  );
  const effect: Effect = { do: "check-flake", question, machine, choices: answers, facts: probe.value };
  return stay(
    {
      ...model,
      question,
      screen: { ...screen, top: 0 },
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
  const { evaluated: _, access: __, ...flake } = answers.flake;
  return JSON.stringify([answers.disks, answers.target, answers.layout, flake, answers.system]);
}
