import { withFiles } from "../answers/files.ts";
import type { Answers } from "../answers/schema.ts";
import { IssuesError, UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import { withHost, withPreflight } from "../flake/chosen-host.ts";
import type { HostFacts } from "../flake/facts.ts";
import { placeOf } from "../flake/place.ts";
import { type PreflightOptions, preflight } from "../flake/preflight/index.ts";
import { preflightInput } from "../flake/preflight/input.ts";
import { hostNames, probeHost } from "../flake/probe.ts";
import { probeSource } from "../flake/source.ts";
import type { Choices } from "../plan/choices.ts";
import { planOf } from "../plan/plan.ts";
import type { Plan } from "../plan/step.ts";
import { type Circumstances, decide } from "./decide.ts";

export interface Prepared {
  readonly choices: Choices;
  readonly plan: Plan;
}

export interface Surroundings extends Pick<PreflightOptions, "signal" | "directory" | "available"> {
  readonly exec: Exec;
  readonly say: (line: string) => void;
}

/**
 * From answers to a plan on this machine: disks and layout, the flake's host, and its evaluation with the generated
 * module. Nothing is written to a disk. Throws IssuesError for wrong answers, UserError where the flake does not fit.
 */
export async function prepare(
  given: Answers,
  circumstances: Circumstances,
  { exec, say, ...options }: Surroundings,
): Promise<Prepared> {
  const { machine } = circumstances;
  const { answers, issues: ofFiles } = await withFiles(given);
  stopAtErrors(ofFiles, say);
  const decided = decide(answers, circumstances);
  stopAtErrors(decided.issues, say);
  const nix = { ...options, substituters: decided.choices.flake.substituters };
  say(`asking nix about ${decided.choices.flake.reference}`);
  const place = await placeOf(decided.choices.flake.reference, exec);
  const host = await hostOf(decided.choices, place, exec, nix);
  const source = await probeSource(place, exec, nix);
  // Nobody is there to be asked: a cache is trusted when the answers name it, with its key, and not otherwise.
  for (const { url } of source.asksFor)
    if (!decided.choices.flake.substituters.some((named) => named.url === url))
      say(
        `warning: the flake asks for the cache ${url}, which is not used: flake.substituters does not name it`,
      );
  const chosen = withHost(decided.choices, host, source);
  const { input, issues } = preflightInput(machine, chosen, host);
  stopAtErrors(issues, say);
  if (!input) throw new TypeError("no issue, and no plan");
  say(`evaluating ${host.name} with this layout`);
  const found = await preflight(input, exec, nix);
  for (const { level, sentence } of found.findings) {
    if (level !== "error") say(level === "warning" ? `warning: ${sentence}` : sentence);
  }
  const wrong = found.findings.filter(({ level }) => level === "error");
  if (wrong.length > 0) throw new UserError(wrong.map(({ sentence }) => sentence).join("\n"));
  const choices = withPreflight(chosen, found);
  const { plan } = planOf(machine, choices);
  if (!plan) throw new TypeError("no issue, and no plan");
  return { choices, plan };
}

/** What nix says of the host that is asked for; without a name, of the only one there is. */
async function hostOf(
  { flake }: Choices,
  place: string,
  exec: Exec,
  options: Parameters<typeof hostNames>[2],
): Promise<HostFacts> {
  const names = await hostNames(place, exec, options);
  const [only] = names.length === 1 ? names : [];
  const name = flake.host || only;
  if (!name || !names.includes(name)) {
    const message = name
      ? `The flake ${flake.reference} has no host ${name}.`
      : `The flake ${flake.reference} has several hosts, and none is named.`;
    const way = names.length > 0 ? ` Its hosts: ${names.join(", ")}.` : " It has none.";
    throw new IssuesError([{ where: "flake.host", message: message + way, severity: "error" }]);
  }
  const host = await probeHost(place, name, exec, options);
  if (host.error) throw new UserError(host.error.sentence);
  return host;
}

function stopAtErrors(issues: IssuesError["issues"], say: (line: string) => void): void {
  if (issues.some(({ severity }) => severity === "error")) throw new IssuesError(issues);
  for (const { where, message } of issues) say(`warning: ${where}: ${message}`);
}
