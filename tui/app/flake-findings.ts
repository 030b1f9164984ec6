import type { Finding, HostFacts } from "../flake/facts.ts";
import { pendingTrust } from "./flake-trust.ts";
import type { Model } from "./model.ts";

export interface FindingLine {
  readonly level: Finding["level"] | "question";
  readonly text: string;
}

/** Whom the installation trusts, and what nix found of the host together with the layout. */
export function findingLines(model: Model): FindingLine[] {
  const { preflight } = model.flake;
  const trouble = focusedHost(model)?.error;
  const doubt = pendingTrust(model);
  const trusted = model.answers.flake.substituters.map(({ url, publicKey }) => ({
    level: "ok" as const,
    text: `${url} is trusted, key ${shortKey(publicKey)}${given(model, url)}`,
  }));
  const found = preflight.is === "done" ? preflight.value.findings : [];
  return [
    ...trusted,
    ...(trouble ? [{ level: "error" as const, text: trouble.sentence }] : []),
    ...(doubt ? [{ level: "question" as const, text: question(doubt.url, doubt.publicKey) }] : []),
    ...(preflight.is === "failed" ? [{ level: "error" as const, text: preflight.failure.sentence }] : []),
    ...found.map(({ level, sentence }) => ({ level, text: sentence })),
  ];
}

function question(url: string, publicKey: string): string {
  return `The flake asks for the cache ${url} (key ${shortKey(publicKey)}): trust it? y/n`;
}

/** "infra-1:Zk3a…": the name and the beginning of a key. */
function shortKey(key: string): string {
  const [name = "", value = ""] = key.split(":", 2);
  return `${name}:${value.slice(0, 6)}…`;
}

function given(model: Model, url: string): string {
  return model.given.substituter?.url === url ? " (given at boot)" : "";
}

/** The host that is looked at while one is being chosen. */
function focusedHost({ screen, flake }: Model): HostFacts | undefined {
  if (screen.at !== "flake" || screen.part !== "hosts" || flake.probe.is !== "done") return undefined;
  return flake.probe.value.hosts[screen.row];
}
