import { mkdir, rm, writeFile } from "node:fs/promises";
import { type Bytes, formatBytes, MiB, parseBytes } from "../base/bytes.ts";
import type { Exec } from "../base/exec.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices } from "../plan/choices.ts";
import { FlakeError } from "./errors.ts";
import type { Finding, HostFacts, Preflight } from "./facts.ts";
import { attributeOf, evaluate, type NixOptions, runNix } from "./nix.ts";

export interface PreflightInput {
  readonly choices: Pick<Choices, "disks" | "flake" | "system">;
  /** The wrapper flake with the generated module, as it will lie in /etc/nixos of the target. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly host: HostFacts;
  readonly machine: Pick<Machine, "architecture" | "firmware">;
  /** Of the pool; null when it is not known yet. */
  readonly usable: Bytes | null;
}

export interface PreflightOptions extends NixOptions {
  /** Where the wrapper flake is written for the evaluation. @default /run/dabei/preflight */
  readonly directory?: string;
}

/**
 * Evaluates the chosen host together with the generated module, before any disk is written:
 * findings in the order they are shown, and what is to be downloaded. A problem is a finding, never thrown.
 */
export async function preflight(
  input: PreflightInput,
  exec: Exec,
  options: PreflightOptions = {},
): Promise<Preflight> {
  const nothing = { toplevel: null, download: null, unpacked: null };
  const architecture = wrongArchitecture(input);
  if (architecture) return { findings: [architecture], ...nothing };
  const nix = { ...options, substituters: input.choices.flake.substituters };
  const started = performance.now();
  let target: Target;
  try {
    const flake = await writeWrapper(input.files, options.directory ?? "/run/dabei/preflight");
    target = await evaluate(exec, `${flake}#${attributeOf(input.choices.flake.host)}`, factsOfTarget, nix);
  } catch (error) {
    return { findings: [failed(error)], ...nothing };
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const findings = [
    ok(`Evaluates with this layout${seconds > 0 ? ` (${seconds} s)` : ""}.`),
    ...bootLoaderFindings(input, target),
    ...identityFindings(input, target),
    ...zfsFindings(target),
  ];
  try {
    const sizes = await downloadSizes(exec, target.drv, nix);
    findings.push(...sizes.findings, spaceFinding(sizes, input.usable));
    return { findings, toplevel: target.drv, download: sizes.download, unpacked: sizes.unpacked };
  } catch (error) {
    return { findings: [...findings, failed(error)], ...nothing, toplevel: target.drv };
  }
}

interface Target {
  /** The toplevel's derivation. */
  readonly drv: string;
  readonly hostId: string | null;
  readonly hostname: string | null;
  readonly grub: boolean;
  readonly zfsVersion: string | null;
  readonly rootType: string | null;
}

const factsOfTarget = `host: let inherit (host) config; in {
  drv = config.system.build.toplevel.drvPath;
  hostId = config.networking.hostId or null;
  hostname = config.networking.hostName or null;
  grub = config.boot.loader.grub.enable or false;
  zfsVersion = config.boot.zfs.package.version or null;
  rootType = config.fileSystems."/".fsType or null;
}`;

async function writeWrapper(files: PreflightInput["files"], directory: string): Promise<string> {
  // A lock of an earlier reference would pin the flake that was typed before.
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const { name, text } of files) await writeFile(`${directory}/${name}`, text);
  return `path:${directory}`;
}

function wrongArchitecture({ host, machine }: PreflightInput): Finding | null {
  const own = `${machine.architecture}-linux`;
  if (host.system === null || host.system === own) return null;
  return {
    level: "error",
    sentence: `${host.name} is made for ${host.system}, this machine is ${own}. Choose another host.`,
  };
}

function bootLoaderFindings({ choices, host, machine }: PreflightInput, target: Target): Finding[] {
  const firmware = machine.firmware === "uefi" ? "UEFI" : "BIOS";
  if (!target.grub) {
    return [
      error("No boot loader is enabled, so the machine would not start. Set boot.loader.grub.enable = true."),
    ];
  }
  const disks = choices.disks.length > 1 ? `on all ${choices.disks.length} disks` : "on the disk";
  const installed = ok(`Boot loader GRUB ${disks}, ${firmware}.`);
  if (host.bootLoader === null || host.bootLoader === "grub") return [installed];
  const own = host.bootLoader === "other" ? "another boot loader" : host.bootLoader;
  return [
    installed,
    warning(`The flake enables ${own}. GRUB takes its place here, as it can be on the ESP of every disk.`),
  ];
}

function identityFindings({ choices }: PreflightInput, target: Target): Finding[] {
  const { hostId } = choices.system;
  if (target.hostId === hostId)
    return [ok(`Host id ${hostId}: the first boot imports the pool without force.`)];
  return [
    error(
      `The host evaluates to host id ${target.hostId ?? "none"}, the pool is made under ${hostId}. Take the flake's own host id in the layout.`,
    ),
  ];
}

function zfsFindings(target: Target): Finding[] {
  if (target.rootType !== "zfs") {
    return [
      error(
        `The root file system evaluates to ${target.rootType ?? "none"}, not to ZFS. Remove it from the flake.`,
      ),
    ];
  }
  return target.zfsVersion ? [ok(`ZFS ${target.zfsVersion} in the installed system.`)] : [];
}

interface Sizes {
  readonly download: Bytes;
  readonly unpacked: Bytes;
  readonly builds: number;
}

async function downloadSizes(exec: Exec, drv: string, options: NixOptions) {
  const { stderr } = await runNix(exec, ["build", "--dry-run", "--no-link", `${drv}^*`], options);
  return { ...parseDryRun(stderr), findings: cacheFindings(stderr) };
}

/** Reads what `nix build --dry-run` says on stderr. Sizes are rounded to a hundredth of their unit by nix. */
export function parseDryRun(stderr: string): Sizes {
  const fetched = /will be fetched \(([\d.]+ \w+) download, ([\d.]+ \w+) unpacked\)/.exec(stderr);
  const built = /(?:these (\d+) derivations|(this) derivation) will be built/.exec(stderr);
  return {
    download: parseBytes(fetched?.[1] ?? "0") ?? 0,
    unpacked: parseBytes(fetched?.[2] ?? "0") ?? 0,
    builds: built ? Number(built[1] ?? 1) : 0,
  };
}

/** What is amiss with caches. nix only warns, and would then build everything. */
export function cacheFindings(stderr: string): Finding[] {
  const findings: Finding[] = [];
  if (stderr.includes("you don't have Internet access")) {
    findings.push(
      warning("No network interface has an address, so nothing can be downloaded. Set up the network first."),
    );
  }
  const gone = new Set(
    [...stderr.matchAll(/unable to download '(\w+:\/\/[^/']+)[^']*\/nix-cache-info'/g)].map(([, url]) => url),
  );
  for (const url of gone) {
    findings.push(
      warning(`The cache ${url} cannot be reached: what only it has would be built on this machine.`),
    );
  }
  const unsigned = new Set(
    [...stderr.matchAll(/ignoring substitute for '[^']*' from '([^']*)', as it's not signed/g)].map(
      ([, url]) => url,
    ),
  );
  for (const url of unsigned) {
    findings.push(
      warning(
        `What the cache ${url} offers is signed by no trusted key and is not used: it would be built on this machine.`,
      ),
    );
  }
  return findings;
}

function spaceFinding({ download, unpacked, builds }: Sizes, usable: Bytes | null): Finding {
  const building = builds > 0 ? `, ${builds} to build` : "";
  const sizes = `${formatBytes(download)} to download, ${formatBytes(unpacked)} unpacked${building}`;
  if (usable === null) return ok(`${sizes}.`);
  // Compression is not counted on; sources and generated files come on top of what is downloaded.
  if (unpacked + 64 * MiB > usable) {
    return error(
      `${sizes}: more than the pool's ${formatBytes(usable)}. Choose larger disks or another layout.`,
    );
  }
  return ok(`${sizes}; the pool has ${formatBytes(usable)}.`);
}

const ok = (sentence: string): Finding => ({ level: "ok", sentence });
const warning = (sentence: string): Finding => ({ level: "warning", sentence });
const error = (sentence: string): Finding => ({ level: "error", sentence });

function failed(problem: unknown): Finding {
  if (!(problem instanceof FlakeError)) throw problem;
  return { level: "error", ...problem.failure };
}
