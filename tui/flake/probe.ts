import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exec } from "../base/exec.ts";
import { FlakeError } from "./errors.ts";
import type { FlakeFacts, HostFacts } from "./facts.ts";
import { factsOfHost, hostFacts, type RawHost, unknownHost } from "./host-facts.ts";
import { attributeOf, evaluate, type NixOptions } from "./nix.ts";
import { placeOf } from "./place.ts";
import { probeSource } from "./source.ts";
import { allocatedBytes, statisticsTo } from "./statistics.ts";

export interface ProbeOptions extends NixOptions {
  /** Told of every host as soon as it is known. */
  readonly onHost?: (host: HostFacts) => void;
}

/**
 * What nix says of a flake: its hosts, in order, each evaluated by itself so that a broken one spoils no other.
 * Throws FlakeError when the flake itself cannot be read or has no nixosConfigurations.
 */
export async function probeFlake(asked: string, exec: Exec, options: ProbeOptions = {}): Promise<FlakeFacts> {
  const reference = await placeOf(asked, exec);
  const names = await hostNames(reference, exec, options);
  // Hosts one after the other: each evaluation of a real NixOS takes hundreds of megabytes.
  const probeAll = async () => {
    const hosts: HostFacts[] = [];
    for (const name of names) {
      const facts = await probeHost(reference, name, exec, options);
      options.onHost?.(facts);
      hosts.push(facts);
    }
    return hosts;
  };
  const [hosts, source] = await Promise.all([probeAll(), probeSource(reference, exec, options)]);
  return { reference: asked, hosts, ...source };
}

/** Names of a flake's hosts. Evaluates none of them; the first question to a flake, so that it is fetched anew. */
export function hostNames(reference: string, exec: Exec, options: NixOptions): Promise<string[]> {
  const words = ["--refresh"];
  return evaluate(exec, `${reference}#nixosConfigurations`, "builtins.attrNames", options, words);
}

/** What nix says of one host; with `error` set when the host does not evaluate. */
export async function probeHost(
  reference: string,
  name: string,
  exec: Exec,
  options: NixOptions,
): Promise<HostFacts> {
  const statistics = join(tmpdir(), `dabei-nix-${randomUUID()}.json`);
  try {
    const raw = await evaluate<RawHost>(exec, `${reference}#${attributeOf(name)}`, factsOfHost, {
      ...options,
      env: { ...options.env, ...statisticsTo(statistics) },
    });
    return hostFacts(name, raw, await allocatedBytes(statistics));
  } catch (error) {
    if (!(error instanceof FlakeError)) throw error;
    return unknownHost(name, error.failure);
  }
}
