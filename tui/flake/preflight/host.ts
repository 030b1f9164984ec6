import { readFile } from "node:fs/promises";
import type { Bytes } from "../../base/bytes.ts";
import type { Exec } from "../../base/exec.ts";
import type { Expected } from "../../plan/expected.ts";
import { FlakeError } from "../errors.ts";
import type { Preflight } from "../facts.ts";
import { attributeOf, evaluate, type NixOptions, runNix } from "../nix.ts";
import { bootLoaderFindings, espRoomFinding } from "./boot-loader.ts";
import { failed, ok } from "./finding.ts";
import { identityFindings, zfsFindings } from "./identity.ts";
import { mountedFindings } from "./mounted.ts";
import { scriptFindings, sizesOf, spaceFinding } from "./sizes.ts";
import { factsOfTarget, type Target } from "./target.ts";

/** What was found; and the failure of nix that made it all there is. */
export interface Checked extends Omit<Preflight, "later"> {
  readonly failure: FlakeError | null;
}

/** What there is before the disks are written. */
export interface Before {
  /** For the evaluation, in words. */
  readonly memory: string;
  /** For what has to be in RAM; null where that is not known. */
  readonly available: () => Promise<Bytes | null>;
}

/**
 * Locks and evaluates the wrapper flake in a directory, and holds the host against the machine and the choices: findings
 * in the order they are shown. A problem is a finding, never thrown. Without `before` the target is there already.
 */
export async function checkHost(
  expected: Expected,
  directory: string,
  exec: Exec,
  nix: NixOptions,
  before: Before | null = null,
): Promise<Checked> {
  const nothing = { toplevel: null, download: null, unpacked: null };
  const started = performance.now();
  let lock: string;
  let target: Target;
  try {
    // nix would take for an hour what it has fetched before: somebody may just have mended it.
    await runNix(exec, ["flake", "lock", "--refresh", `path:${directory}`], nix);
    lock = await readFile(`${directory}/flake.lock`, "utf8");
    const host = `path:${directory}#${attributeOf(expected.host.name)}`;
    target = await evaluate(exec, host, factsOfTarget(expected.host.way), nix);
  } catch (error) {
    return { findings: [failed(error)], ...nothing, lock: null, failure: failureIn(error) };
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const findings = [
    ok(
      `Evaluates with this layout${seconds > 0 ? ` (${seconds} s)` : ""}${before ? `: ${before.memory}` : ""}.`,
    ),
    ...bootLoaderFindings(expected, target),
    ...identityFindings(expected, target),
    ...zfsFindings(expected, target),
    ...mountedFindings(expected, target),
  ];
  const evaluated = { toplevel: target.drv, lock };
  try {
    const { sizes, known, findings: ofCaches } = await sizesOf(exec, target.drv, nix, expected.caches);
    findings.push(
      ...ofCaches,
      spaceFinding(sizes, expected.usable, expected.mounted ? "what is mounted" : undefined),
    );
    if (before && target.diskoScript) {
      const { caches } = expected;
      const ofScript = await scriptFindings(exec, target.diskoScript, nix, caches, before.available);
      // Usually its caches are those of the system, and have been told.
      const told = new Set(findings.map(({ sentence }) => sentence));
      findings.push(...ofScript.filter(({ sentence }) => !told.has(sentence)));
    }
    if (expected.host.way !== "disko" && expected.espSize !== null) {
      const kernel = known.get(target.kernel ?? "")?.unpacked ?? null;
      findings.push(espRoomFinding(expected.espSize, kernel, target.loader.limit));
    }
    return {
      findings,
      ...evaluated,
      download: sizes.download,
      unpacked: sizes.unpacked,
      failure: null,
    };
  } catch (error) {
    return {
      findings: [...findings, failed(error)],
      ...nothing,
      ...evaluated,
      failure: failureIn(error),
    };
  }
}

function failureIn(error: unknown): FlakeError | null {
  return error instanceof FlakeError ? error : null;
}
