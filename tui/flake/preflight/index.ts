import { rm } from "node:fs/promises";
import type { Bytes } from "../../base/bytes.ts";
import type { Exec } from "../../base/exec.ts";
import type { Finding, Preflight } from "../facts.ts";
import type { NixOptions } from "../nix.ts";
import { writeWrapper } from "../write-wrapper.ts";
import { keyFindings, unreachableCaches } from "./caches.ts";
import { checkHost } from "./host.ts";
import { architectureProblem } from "./identity.ts";
import { availableMemory, isOutOfMemory, memoryFor, neededMemory, ranOut, tooSmall } from "./memory.ts";
import type { PreflightInput } from "./target.ts";

export type { PreflightInput } from "./target.ts";

export interface PreflightOptions extends NixOptions {
  /** Where the wrapper flake is written for the evaluation. @default /run/dabei/preflight */
  readonly directory?: string;
  /** @default what the kernel says */
  readonly available?: () => Promise<Bytes | null>;
}

const nothing = { toplevel: null, lock: null, download: null, unpacked: null, later: null };

/**
 * Evaluates the chosen host together with the generated module, before any disk is written: findings in the order they
 * are shown, and what is to be downloaded. Where memory is too small for that, `later` asks for a check on the target.
 * A problem is a finding, never thrown.
 */
export async function preflight(
  { expected, wrapper, evaluation }: PreflightInput,
  exec: Exec,
  { directory = "/run/dabei/preflight", available = availableMemory, ...options }: PreflightOptions = {},
): Promise<Preflight> {
  const { caches, host } = expected;
  const plainProblems = [architectureProblem(expected) ?? [], keyFindings(caches)].flat();
  if (plainProblems.length > 0) return { ...nothing, findings: plainProblems };
  const nix = { ...options, substituters: caches.substituters };
  const later = { system: host.system, bootLoader: host.bootLoader };
  const postponed = async (reason: Finding): Promise<Preflight> => {
    const gone = await unreachableCaches(exec, nix, caches);
    return { ...nothing, findings: [reason, ...gone], later: expected.mayBeLate ? later : null };
  };
  const { words, isEnough } = memoryFor(neededMemory(evaluation), await available());
  if (!isEnough) return postponed(tooSmall(words, expected));
  // A lock of an earlier reference would pin the flake that was typed before.
  await rm(directory, { recursive: true, force: true });
  writeWrapper({ ...wrapper, directory });
  const { failure, ...checked } = await checkHost(expected, directory, exec, nix, {
    memory: words,
    available,
  });
  if (failure && isOutOfMemory(failure.failure)) return postponed(ranOut(expected));
  return { ...checked, later: null };
}
