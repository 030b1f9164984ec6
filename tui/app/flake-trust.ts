import type { HostFacts } from "../flake/facts.ts";
import type { Model } from "./model.ts";
import { machineOf, stay, tell, type Updated } from "./navigation.ts";

/** The next cache that the flake asks for and that nobody has decided on. */
export function pendingTrust(model: Model): { url: string; publicKey: string } | undefined {
  const { probe, refused } = model.flake;
  if (probe.is !== "done") return undefined;
  const trusted = model.answers.flake.substituters.map(({ url }) => url);
  for (const { url, publicKey } of probe.value.asksFor)
    if (publicKey !== null && !trusted.includes(url) && !refused.includes(url)) return { url, publicKey };
  return undefined;
}

export function onTrust(model: Model, isTrusted: boolean): Updated {
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
export function showRaw(model: Model): Updated {
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
