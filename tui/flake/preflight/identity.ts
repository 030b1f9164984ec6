import type { Expected } from "../../plan/expected.ts";
import type { Finding } from "../facts.ts";
import { error, ok } from "./finding.ts";
import type { Target } from "./target.ts";

export function architectureProblem({ host, machine }: Expected): Finding | null {
  const own = `${machine.architecture}-linux`;
  if (host.system === null || host.system === own) return null;
  return error(`${host.name} is made for ${host.system}, this machine is ${own}. Choose another host.`);
}

export function identityFindings({ hostId, mounted }: Expected, target: Target): Finding[] {
  // Without ZFS nobody asks for it.
  if (mounted && !mounted.some(({ type }) => type === "zfs")) return [];
  if (target.hostId === hostId)
    return [ok(`Host id ${hostId}: the first boot imports the pool without force.`)];
  return [
    error(
      `The host evaluates to host id ${target.hostId ?? "none"}, the pool is made under ${hostId}. Take the flake's own host id in the layout.`,
    ),
  ];
}

export function zfsFindings({ host, mounted }: Expected, target: Target): Finding[] {
  // A disko layout may be on anything, and a host with / in RAM has its store on ZFS.
  const isFree =
    mounted !== undefined || host.way === "disko" || (host.way === "declared" && target.rootType === "tmpfs");
  if (target.rootType !== "zfs" && !isFree) {
    return [
      error(
        `The root file system evaluates to ${target.rootType ?? "none"}, not to ZFS. Remove it from the flake.`,
      ),
    ];
  }
  if (target.zfsVersion === null) return [];
  const kernel = target.kernelVersion === null ? "" : `, kernel ${target.kernelVersion}`;
  const old = olderThan(target.zfsVersion, [2, 3]);
  const words = old ? ": the pool is limited to what it can read" : " in the installed system";
  return [ok(`ZFS ${target.zfsVersion}${kernel}${words}.`)];
}

function olderThan(version: string, [major, minor]: [number, number]): boolean {
  const [, first = "0", second = "0"] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(first) < major || (Number(first) === major && Number(second) < minor);
}
