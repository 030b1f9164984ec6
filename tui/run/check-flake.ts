import { rmSync } from "node:fs";
import { ToolError, UserError } from "../base/errors.ts";
import { type Exec, shellQuote } from "../base/exec.ts";
import { checkHost } from "../flake/preflight/host.ts";
import type { Plan, StepOf } from "../plan/step.ts";
import { makeScratch } from "./build.ts";
import { letGo } from "./let-go.ts";
import type { StepContext } from "./resume.ts";

/**
 * Holds the host against this machine on the mounted target, with the store and all caches there. What is wrong with it
 * lets go of the target: nothing of the system is on it yet, and another flake, or the same one mended, may come.
 */
export async function checkFlake(
  { root, directory, expected }: StepOf<"check-flake">,
  context: StepContext,
): Promise<void> {
  const { plan, recorder, report } = context;
  const exec = logged(context);
  report({ phase: "evaluating", text: `${expected.host.name} with this layout` });
  // What was fetched before the disks were there is memory that the evaluation needs now.
  for (const command of [
    ["nix", "store", "gc"],
    ["rm", "-rf", "/root/.cache/nix"],
  ])
    await exec(command).catch(ignoreFailure);
  // A first try may have locked what has been mended since.
  rmSync(`${directory}/flake.lock`, { force: true });
  const { findings } = await checkHost(expected, directory, exec, {
    env: makeScratch(root),
    store: root,
    substituters: expected.caches.substituters,
  });
  for (const { level, sentence } of findings) recorder.note(`${level}: ${sentence}`);
  const wrong = findings.filter(({ level }) => level === "error").map(({ sentence }) => sentence);
  if (wrong.length === 0) return;
  for (const step of plan.steps) if (step.do === "export-pool") await letGo(step, exec, context);
  throw new UserError(wrong.join(" "), { hint: whatIsLeft(plan) });
}

function whatIsLeft({ steps }: Plan): string {
  const pools = steps.flatMap((step) => (step.do === "export-pool" && step.pool ? [step.pool] : []));
  const made = pools.length > 0 ? `, with the empty pool ${pools.join(", ")} on them, exported` : "";
  // A flake without an address was copied when the installation began.
  const isCopied = steps.some((step) => step.do === "write-flake" && step.tree);
  const mended = isCopied
    ? "the cache or the network is mended"
    : "the flake, the cache or the network is mended";
  const other = isCopied ? "For this flake mended, another one" : "For another flake";
  if (!steps.some((step) => step.do === "check-disks"))
    return `Nothing but the flake's own files was written to what is mounted. When ${mended}, try this step again.`;
  return `The disks are erased${made}; nothing is installed. When ${mended}, try this step again: nothing is erased twice. ${other} or another layout start over: that erases the disks again.`;
}

/** Runs programs with all that they say in the log. */
function logged({ probe, recorder }: StepContext): Exec {
  return (argv, options) => {
    recorder.note(`$ ${shellQuote(argv)}`);
    return probe(argv, { ...options, onLine: (line) => recorder.note(line) });
  };
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof ToolError)) throw error;
}
