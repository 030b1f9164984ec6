import type { Step } from "../plan/step.ts";
import { diskoCommands } from "../tools/disko.ts";
import { runNixBuild } from "./build.ts";
import type { StepPast } from "./past.ts";
import type { StepContext } from "./resume.ts";

/** Builds the host's disko script and runs it. What it has made already is only mounted again. */
export async function runDisko(
  step: Extract<Step, { do: "run-disko" }>,
  past: StepPast,
  context: StepContext,
): Promise<void> {
  const [build = [], script = []] = diskoCommands(step, past.finished ? "mountScript" : "diskoScript");
  await runNixBuild(build, {}, context);
  await context.recorder.exec(script);
}
