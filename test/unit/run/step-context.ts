import type { Exec } from "../../../tui/base/exec.ts";
import type { StepContext } from "../../../tui/run/resume.ts";
import { stateFiles } from "../../../tui/run/state.ts";

/** A context for one step whose programs are run by `exec`; what is noted is kept. */
export function contextIn(
  directory: string,
  exec: Exec,
): StepContext & { readonly notes: readonly string[] } {
  const notes: string[] = [];
  return {
    files: stateFiles(directory),
    plan: { version: 1, hostname: "web1", summary: "", steps: [] },
    signal: new AbortController().signal,
    recorder: {
      exec,
      announce: () => {},
      note: (line) => notes.push(line),
      command: () => null,
      output: () => "",
    },
    probe: exec,
    report: () => {},
    notes,
  };
}
