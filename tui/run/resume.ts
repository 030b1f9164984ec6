import { existsSync } from "node:fs";
import type { Exec } from "../base/exec.ts";
import { mapperPath } from "../plan/layout.ts";
import type { Plan, Step } from "../plan/step.ts";
import { diskoScripts } from "../tools/disko.ts";
import type { Progress } from "./events.ts";
import { hostIdNow, isSwapOn, mountsBelow, poolHealth } from "./live.ts";
import type { StepPast } from "./past.ts";
import type { Recorder } from "./recorder.ts";
import type { StateFiles } from "./state.ts";

/** What a step is done with. */
export interface StepContext {
  readonly files: StateFiles;
  readonly plan: Plan;
  readonly signal: AbortSignal;
  /** Runs the step's programs: logged, journalled, ended when the installation is stopped. */
  readonly recorder: Recorder;
  /** Looks at the system without a trace in the log. */
  readonly probe: Exec;
  /** Told as often as it likes; passed on twice a second. */
  readonly report: (progress: Progress) => void;
}

/**
 * Why a step need not be done, or null when it has to be. The journal tells of what stays on the disks;
 * what a reboot, a shell or a crash can undo (swap, mounts, the imported pool) is looked up.
 */
export async function alreadyDone(step: Step, past: StepPast, context: StepContext): Promise<string | null> {
  switch (step.do) {
    case "check-disks":
      // From the first write on the disks differ from what they were, by our own doing.
      return past.passed ? "the disks carry this installation" : null;
    case "release-device": {
      const { kind, path } = step.holder;
      return (kind === "swap" ? isSwapOn(path) : existsSync(path)) ? null : "let go of already";
    }
    case "enable-swap":
      return isSwapOn(step.mapper ? mapperPath(step.mapper) : step.device) ? "in use already" : null;
    case "encrypt-device":
      return past.finished && existsSync(mapperPath(step.mapper)) ? "open already" : null;
    case "open-key":
      return existsSync(step.file) && mountsBelow(step.directory).length > 0 ? "mounted already" : null;
    case "make-unlock-key":
      return existsSync(step.file) ? "there already" : null;
    case "set-host-id":
      return hostIdNow() === step.hostId ? "set already" : null;
    case "create-pool":
      // Begun by this plan and there: it was made, or it would not be there.
      return past.begun && (await poolHealth(context.probe, step.pool)) !== null ? "done before" : null;
    case "mount-target": {
      const mounted = mountsBelow(step.root);
      return step.mounts.every(({ target }) => mounted.includes(target)) ? "mounted already" : null;
    }
    case "build-disko":
      return past.finished && existsSync(diskoScripts.mountScript) ? "done before" : null;
    case "run-disko":
      return past.finished && mountsBelow(step.root).length > 0 ? "mounted already" : null;
    case "check-mounts":
    case "leave-mounted":
    case "add-boot-entries":
    case "keep-records":
    case "mark-installed":
    case "export-pool":
      return null;
    case "wipe-disk":
    case "partition-disk":
    case "format-esp":
    case "create-datasets":
    case "write-flake":
    case "check-flake":
    case "write-host-keys":
    case "write-files":
    case "build-system":
    case "install-system":
    case "install-boot-loader":
    case "run-hooks":
      return past.finished ? "done before" : null;
    default:
      return step satisfies never;
  }
}
