import { type Issue, UserError } from "../base/errors.ts";
import { exec } from "../base/exec.ts";
import type { Finding } from "../flake/facts.ts";
import { preflight } from "../flake/preflight/index.ts";
import { preflightInput } from "../flake/preflight/input.ts";
import { probeFlake } from "../flake/probe.ts";
import type { Effect } from "./effect.ts";
import { accessOfAnswers } from "./effects-access.ts";
import type { Send } from "./store.ts";

type NixEffect = Extract<Effect, { do: "probe-flake" | "check-flake" }>;

/** Asks nix, and tells its answer with the number of the question. */
export async function askNix(effect: NixEffect, send: Send, signal: AbortSignal): Promise<void> {
  const { question } = effect;
  if (effect.do === "probe-flake") {
    await accessOfAnswers();
    const facts = await probeFlake(effect.reference, exec, {
      signal,
      substituters: effect.substituters,
      onHost: ({ name }) => send({ is: "nix-said", question, text: `found host ${name}, asking on` }),
    });
    return send({ is: "flake-probed", question, facts });
  }
  const { machine, choices, facts } = effect;
  const host = facts.hosts.find(({ name }) => name === choices.flake.host);
  const { input, issues } = host ? preflightInput(machine, choices, host) : { input: null, issues: [] };
  if (!input) throw new UserError(sentencesOf(issues) || "There is no plan for these answers yet.");
  const found = await preflight(input, exec, { signal });
  const doubts = issues.map(({ message }): Finding => ({ level: "warning", sentence: message }));
  send({ is: "flake-checked", question, preflight: { ...found, findings: [...doubts, ...found.findings] } });
}

function sentencesOf(issues: readonly Issue[]): string {
  const errors = issues.filter(({ severity }) => severity === "error");
  return errors.map(({ message }) => message).join(" ");
}
