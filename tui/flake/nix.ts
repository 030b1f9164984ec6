import { ToolError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import type { Substituter } from "../plan/step.ts";
import { nix } from "../tools/nix.ts";
import { FlakeError, sentenceOf } from "./errors.ts";

/** What every call of nix shares. */
export interface NixOptions {
  readonly signal?: AbortSignal;
  /** Trusted beside nix's own. */
  readonly substituters?: readonly Substituter[];
  /** Added to the environment: where caches and temporary files go. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where derivations and sources go, "/mnt". @default this system's own */
  readonly store?: string;
}

/** `nixosConfigurations."web1".…`, quoted as nix wants it. */
export function attributeOf(host: string, ...rest: string[]): string {
  return ["nixosConfigurations", JSON.stringify(host), ...rest].join(".");
}

/** Runs nix and answers its stdout. Throws FlakeError with one sentence when nix fails. */
export async function runNix(
  exec: Exec,
  words: readonly string[],
  options: NixOptions & { readonly accept?: readonly number[] },
): Promise<{ stdout: string; stderr: string }> {
  const { accept, env, signal, store, substituters } = options;
  // A cache that is asked by name is a store by itself.
  const place = store === undefined || words.includes("--store") ? [] : ["--store", store];
  try {
    return await exec([...nix(substituters), ...words, ...place], {
      ...(signal ? { signal } : {}),
      ...(accept ? { accept } : {}),
      env: { TERM: "dumb", ...env },
    });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw endedEarly(error) ?? new FlakeError(sentenceOf(error.stderr));
  }
}

/** Evaluates `apply` on a flake's attribute. The flake's own lock file is left as it is. */
export async function evaluate<T>(
  exec: Exec,
  installable: string,
  apply: string,
  options: NixOptions,
  more: readonly string[] = [],
): Promise<T> {
  const words = ["eval", "--json", "--no-write-lock-file", ...more, installable, "--apply", apply];
  const { stdout } = await runNix(exec, words, options);
  return JSON.parse(stdout) as T;
}

/** The failure where nix was not there, or something ended it; null where it failed by itself. */
export function endedEarly(error: ToolError): FlakeError | null {
  if (error.exitCode !== undefined && error.exitCode <= 128) return null;
  const raw = error.stderr || error.message;
  // The kernel does so when memory runs out.
  const killed = error.message.includes("SIGKILL") || error.exitCode === 137;
  if (!killed) return new FlakeError({ sentence: `${error.message}. Look at the log, then try again.`, raw });
  const sentence =
    "nix was ended by the kernel: most likely the memory ran out. Give the machine more memory, or add swap.";
  return new FlakeError({ sentence, raw, isOutOfMemory: true });
}
