import { readFile, rm } from "node:fs/promises";
import type { Exec } from "../../base/exec.ts";
import type { Preflight } from "../facts.ts";
import { attributeOf, evaluate, type NixOptions, runNix } from "../nix.ts";
import { writeWrapper } from "../write-wrapper.ts";
import { bootLoaderFindings, espRoomFinding } from "./boot-loader.ts";
import { failed, ok } from "./finding.ts";
import { architectureProblem, identityFindings, zfsFindings } from "./identity.ts";
import { sizesOf, spaceFinding } from "./sizes.ts";
import { factsOfTarget, type PreflightInput, type Target } from "./target.ts";

export type { PreflightInput } from "./target.ts";

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
  const nothing = { toplevel: null, lock: null, download: null, unpacked: null };
  const architecture = architectureProblem(input);
  if (architecture) return { findings: [architecture], ...nothing };
  const nix = { ...options, substituters: input.choices.flake.substituters };
  const started = performance.now();
  let lock: string;
  let target: Target;
  try {
    const directory = options.directory ?? "/run/dabei/preflight";
    lock = await lockedWrapper(input, directory, exec, nix);
    const attribute = attributeOf(input.choices.flake.host);
    target = await evaluate(exec, `path:${directory}#${attribute}`, factsOfTarget, nix);
  } catch (error) {
    return { findings: [failed(error)], ...nothing };
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const findings = [
    ok(`Evaluates with this layout${seconds > 0 ? ` (${seconds} s)` : ""}.`),
    ...bootLoaderFindings(input, target),
    ...identityFindings(input, target),
    ...zfsFindings(input, target),
  ];
  const evaluated = { toplevel: target.drv, lock };
  try {
    const { sizes, known, findings: ofCaches } = await sizesOf(exec, target.drv, nix, input.choices.flake);
    findings.push(...ofCaches, spaceFinding(sizes, input.usable));
    if (input.host.way.kind !== "disko") {
      const kernel = known.get(target.kernel ?? "")?.unpacked ?? null;
      findings.push(espRoomFinding(input.choices.layout.espSize, kernel, target.loader.limit));
    }
    return { findings, ...evaluated, download: sizes.download, unpacked: sizes.unpacked };
  } catch (error) {
    return { findings: [...findings, failed(error)], ...nothing, ...evaluated };
  }
}

/** Writes the wrapper flake as it will lie on the target, has nix lock its input, and answers the lock file. */
async function lockedWrapper(
  { wrapper }: PreflightInput,
  directory: string,
  exec: Exec,
  options: NixOptions,
): Promise<string> {
  // A lock of an earlier reference would pin the flake that was typed before.
  await rm(directory, { recursive: true, force: true });
  writeWrapper({ files: wrapper.files, ...(wrapper.tree ? { tree: wrapper.tree } : {}), directory });
  await runNix(exec, ["flake", "lock", `path:${directory}`], options);
  return readFile(`${directory}/flake.lock`, "utf8");
}
