import { execa } from "execa";
import { ToolError } from "./errors.ts";

export interface ExecOptions {
  /** Written to stdin, which is closed afterwards; without it stdin is /dev/null. The way for secrets. */
  readonly input?: string;
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with every line as it comes, without its line feed. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** False hands the output to onLine alone: for programs that write more than memory should hold. @default true */
  readonly keep?: boolean;
  /** Exit codes that are no failure. @default [0] */
  readonly accept?: readonly number[];
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a program to its end. Throws ToolError when it fails, AbortError when the signal fires. */
export type Exec = (argv: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** ssh would ask on the terminal behind our back, for a host key, a passphrase or a password. */
const silent = "-o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=20";
const askNothing = () => ({
  GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? `ssh ${silent}`,
  NIX_SSHOPTS: process.env.NIX_SSHOPTS ?? silent,
});

/**
 * Runs programs for real, in the C locale. The only place that imports execa.
 * The last newline of each stream is stripped.
 */
export const exec: Exec = async (argv, options = {}) => {
  const [program, ...rest] = argv;
  if (program === undefined) throw new TypeError("exec needs a program");
  const child = execa(program, rest, {
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal, killDescendants: true }),
    // Parsers read the C locale; a tty would make nix and git ask questions nobody sees.
    env: { LC_ALL: "C.UTF-8", GIT_TERMINAL_PROMPT: "0", ...askNothing(), ...options.env },
    buffer: options.keep ?? true,
    reject: false,
    forceKillAfterDelay: 10_000,
  });
  const { onLine } = options;
  const follow = async (stream: "stdout" | "stderr") => {
    if (onLine) for await (const line of child.iterable({ from: stream })) onLine(String(line), stream);
  };
  const [result] = await Promise.all([
    child,
    follow("stdout").catch(() => {}),
    follow("stderr").catch(() => {}),
  ]);
  options.signal?.throwIfAborted();
  const stdout = String(result.stdout ?? "");
  const stderr = String(result.stderr ?? "");
  if (result.exitCode === undefined || !(options.accept ?? [0]).includes(result.exitCode)) {
    const reason =
      result.exitCode === undefined
        ? `${program} ${result.signal ? `was ended by ${result.signal}` : `could not be started: ${result.code ?? "unknown reason"}`}`
        : `${program} failed with exit code ${result.exitCode}`;
    throw new ToolError(reason, { argv, exitCode: result.exitCode, stderr, stdout });
  }
  return { stdout, stderr, exitCode: result.exitCode };
};

// Apart, so that showing a command does not load execa.
export { shellQuote } from "./shell.ts";
