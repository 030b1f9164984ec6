import { UserError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import { preflight } from "../flake/preflight.ts";
import { probeFlake } from "../flake/probe.ts";
import { layoutOf } from "../plan/layout.ts";
import { planOf } from "../plan/plan.ts";
import type { Effect } from "./effect.ts";
import type { Send } from "./store.ts";

type NixEffect = Extract<Effect, { do: "probe-flake" | "check-flake" }>;

/** Asks nix, and tells its answer with the number of the question. */
export async function askNix(effect: NixEffect, send: Send, signal: AbortSignal): Promise<void> {
  const { question } = effect;
  if (effect.do === "probe-flake") {
    const facts = await probeFlake(effect.reference, exec, {
      signal,
      substituters: effect.substituters,
      onHost: ({ name }) => send({ is: "nix-said", question, text: `found host ${name}, asking on` }),
    });
    return send({ is: "flake-probed", question, facts });
  }
  const { machine, choices, facts } = effect;
  const { plan, issues } = planOf(machine, choices);
  const step = plan?.steps.find((one) => one.do === "write-flake");
  const host = facts.hosts.find(({ name }) => name === choices.flake.host);
  if (!step || !host) throw new UserError(issues[0]?.message ?? "There is no plan for these answers yet.");
  const usable = layoutOf(machine, choices).layout?.usable ?? null;
  const found = await preflight({ choices, files: step.files, host, machine, usable }, exec, { signal });
  send({ is: "flake-checked", question, preflight: found });
}
