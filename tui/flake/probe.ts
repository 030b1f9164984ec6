import type { Exec } from "../base/exec.ts";
import { FlakeError } from "./errors.ts";
import type { FlakeFacts, HostFacts } from "./facts.ts";
import { attributeOf, evaluate, type NixOptions, runNix } from "./nix.ts";

export interface ProbeOptions extends NixOptions {
  /** Told of every host as soon as it is known. */
  readonly onHost?: (host: HostFacts) => void;
}

/**
 * What nix says of a flake: its hosts, in order, each evaluated by itself so that a broken one spoils no other.
 * Throws FlakeError when the flake itself cannot be read or has no nixosConfigurations.
 */
export async function probeFlake(
  reference: string,
  exec: Exec,
  options: ProbeOptions = {},
): Promise<FlakeFacts> {
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
  const [hosts, asksFor] = await Promise.all([probeAll(), askedSubstituters(reference, exec, options)]);
  return { reference, hosts, asksFor };
}

/** Names of a flake's hosts. Evaluates none of them. */
export function hostNames(reference: string, exec: Exec, options: NixOptions): Promise<string[]> {
  return evaluate(exec, `${reference}#nixosConfigurations`, "builtins.attrNames", options);
}

/** What nix says of one host; with `error` set when the host does not evaluate. */
export async function probeHost(
  reference: string,
  name: string,
  exec: Exec,
  options: NixOptions,
): Promise<HostFacts> {
  try {
    const raw = await evaluate<RawFacts>(exec, `${reference}#${attributeOf(name)}`, factsOfHost, options);
    const { fileSystems, disko, ...facts } = raw;
    return { name, ...facts, disks: disko ? "disko" : disksOf(fileSystems), error: null };
  } catch (error) {
    if (!(error instanceof FlakeError)) throw error;
    return { name, ...unknownFacts, error: error.failure };
  }
}

interface RawFacts extends Pick<HostFacts, "system" | "hostId" | "hostname" | "zfsVersion" | "stateVersion"> {
  readonly bootLoader: HostFacts["bootLoader"];
  /** fsType by mount point. */
  readonly fileSystems: Readonly<Record<string, string>>;
  readonly disko: boolean;
}

const unknownFacts = {
  system: null,
  disks: "unknown",
  hostId: null,
  hostname: null,
  zfsVersion: null,
  stateVersion: null,
  bootLoader: null,
} as const;

// tryEval catches throw and assert alone; what is missing is caught by `or`. Whatever else goes wrong is the host's error.
// GRUB is enabled by default in NixOS: it counts only where somebody set it (a default has priority 1500).
const factsOfHost = `host: let
  inherit (host) config;
  or' = default: value:
    let tried = builtins.tryEval (builtins.deepSeq value value); in if tried.success then tried.value else default;
  loader = config.boot.loader or { };
  enabled = name: or' false (loader.\${name}.enable or false);
  first = values: let known = builtins.filter (v: v != null) (map (or' null) values);
    in if known == [ ] then null else builtins.head known;
in {
  system = first [
    (host.pkgs.stdenv.hostPlatform.system or null) (config.nixpkgs.hostPlatform.system or null)
    (config.nixpkgs.system or null) (config.system.build.toplevel.system or null)
  ];
  hostId = or' null (config.networking.hostId or null);
  hostname = or' null (config.networking.hostName or null);
  stateVersion = or' null (config.system.stateVersion or null);
  zfsVersion = or' null (config.boot.zfs.package.version or null);
  fileSystems = builtins.mapAttrs (_: entry: or' "auto" (entry.fsType or "auto")) (config.fileSystems or { });
  disko = or' false ((config.disko.devices.disk or { }) != { });
  bootLoader =
    if enabled "systemd-boot" then "systemd-boot"
    else if builtins.any enabled [ "refind" "limine" "external" "generic-extlinux-compatible" ] then "other"
    else if enabled "grub" && or' 1500 (host.options.boot.loader.grub.enable.highestPrio or 100) < 1500 then "grub"
    else null;
}`;

function disksOf(fileSystems: RawFacts["fileSystems"]): HostFacts["disks"] {
  const root = fileSystems["/"];
  if (root === undefined) return "none";
  return root === "zfs" ? "zfs" : "other";
}

/** Caches that the flake's nixConfig asks for, each with the key that seems to be its own. */
async function askedSubstituters(
  reference: string,
  exec: Exec,
  options: NixOptions,
): Promise<FlakeFacts["asksFor"]> {
  const metadata = await runNix(
    exec,
    ["flake", "metadata", "--json", "--no-write-lock-file", reference],
    options,
  );
  const { path, locked } = JSON.parse(metadata.stdout) as { path: string; locked?: { dir?: string } };
  const file = [path, locked?.dir, "flake.nix"].filter(Boolean).join("/");
  // The file lies in the store already. Pure evaluation would not let it be read by its path.
  const expression = `(import ${JSON.stringify(file)}).nixConfig or { }`;
  try {
    const { stdout } = await runNix(exec, ["eval", "--json", "--impure", "--expr", expression], options);
    return pairSubstituters(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof FlakeError) return [];
    throw error;
  }
}

/**
 * Pairs substituters with their keys: by the host name that a key's name begins with, else by their order.
 * nixConfig has lists, or strings with spaces.
 */
export function pairSubstituters(config: Readonly<Record<string, unknown>>): FlakeFacts["asksFor"] {
  const words = (name: string) =>
    [config[name], config[`extra-${name}`]].flatMap((value) =>
      Array.isArray(value)
        ? value.map(String)
        : typeof value === "string"
          ? value.split(/\s+/).filter(Boolean)
          : [],
    );
  const wellKnown = /^https:\/\/cache\.nixos\.org\/?$/;
  const urls = words("substituters").filter((url) => !wellKnown.test(url));
  const keys = words("trusted-public-keys").filter((key) => !key.startsWith("cache.nixos.org-1:"));
  return urls.map((url, index) => {
    const host = /^\w+:\/\/([^/:?]+)/.exec(url)?.[1];
    const named = keys.find((key) => host !== undefined && key.startsWith(host));
    return { url, publicKey: named ?? (keys.length === urls.length ? keys[index]! : null) };
  });
}
