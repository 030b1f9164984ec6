/** What is wrong with one input, said so that the person who wrote it can mend it. Many are shown at once. */
export interface Issue {
  /** What the issue is about: a field ("layout.pool"), a disk ("/dev/sda") or a place in a file ("answers.yaml:3:7"). */
  readonly where: string;
  /** What is wrong and the way out, in the present tense. */
  readonly message: string;
  /** An error stops; a warning is shown and can be accepted. */
  readonly severity: "error" | "warning";
}

/** Something the user can put right. Shown as one sentence and one hint, without a stack; exit code 1. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint: string | undefined;
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }
}

/** Wrong answers: every issue at once; exit code 2. */
export class IssuesError extends Error {
  override readonly name = "IssuesError";
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(issues.map((issue) => `${issue.where}: ${issue.message}`).join("\n"));
    this.issues = issues;
  }
}

/** A program that failed, with what is needed to repeat it by hand; exit code 1. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly argv: readonly string[];
  /** Undefined when the program could not be started or was ended by a signal. */
  readonly exitCode: number | undefined;
  readonly stderr: string;
  readonly stdout: string;
  constructor(
    reason: string,
    details: { argv: readonly string[]; exitCode: number | undefined; stderr: string; stdout: string },
  ) {
    super(reason);
    this.argv = details.argv;
    this.exitCode = details.exitCode;
    this.stderr = details.stderr;
    this.stdout = details.stdout;
  }
}

/** The process exit code that an error stands for. 70 (EX_SOFTWARE of sysexits.h) is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof IssuesError) return 2;
  if (error instanceof UserError || error instanceof ToolError) return 1;
  if (error instanceof Error && error.name === "AbortError") return 130;
  return 70;
}
