import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { MiB } from "../base/bytes.ts";
import { UserError } from "../base/errors.ts";
import type { Exec } from "../base/exec.ts";
import { loadKernel } from "../tools/kexec.ts";
import type { StateFiles } from "./state.ts";

/** Where the installed system's kernel is kept, in RAM. */
function directoryOf({ directory }: StateFiles): string {
  return `${directory}/next`;
}

/**
 * Copies kernel and initrd of the installed system to RAM, if there is room for them and for loading them.
 * Answers why not, or null. Source  RFC 125 (bootspec), org.nixos.bootspec.v1
 */
export function keepNextKernel(files: StateFiles, root: string, system: string): string | null {
  const inTarget = (path: string) => `${root}${path}`;
  const spec = bootspecOf(inTarget(`${system}/boot.json`));
  if (!spec) return "the system has no bootspec (boot.json)";
  const parts = [spec.kernel, spec.initrd].map(inTarget);
  const missing = parts.find((path) => !existsSync(path));
  if (missing) return `${missing} is not there`;
  const size = parts.reduce((sum, path) => sum + statSync(path).size, 0);
  // Here, in the buffers of kexec, and unpacked in the new kernel's RAM.
  if (freemem() < 3 * size + 128 * MiB) return "there is not enough free memory";
  const directory = directoryOf(files);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  copyFileSync(inTarget(spec.kernel), `${directory}/kernel`);
  copyFileSync(inTarget(spec.initrd), `${directory}/initrd`);
  // The last: who finds it finds the others.
  writeFileSync(`${directory}/parameters`, [`init=${spec.init}`, ...spec.kernelParams].join(" "));
  return null;
}

/**
 * Loads the kept kernel: the next reboot starts it in place of the firmware.
 * Throws UserError where none is kept, ToolError where the running kernel refuses it.
 */
export async function loadNextKernel(exec: Exec, files: StateFiles): Promise<void> {
  const directory = directoryOf(files);
  if (!existsSync(`${directory}/parameters`)) {
    throw new UserError("The installed kernel is not kept in RAM.", {
      hint: "Reboot instead: the firmware starts it.",
    });
  }
  const parameters = readFileSync(`${directory}/parameters`, "utf8");
  await exec(loadKernel(`${directory}/kernel`, `${directory}/initrd`, parameters));
}

interface Bootspec {
  readonly init: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly kernelParams: readonly string[];
}

function bootspecOf(file: string): Bootspec | null {
  try {
    const document = JSON.parse(readFileSync(file, "utf8")) as Record<string, Partial<Bootspec> | undefined>;
    const { init, kernel, initrd, kernelParams } = document["org.nixos.bootspec.v1"] ?? {};
    return init && kernel && initrd && kernelParams ? { init, kernel, initrd, kernelParams } : null;
  } catch {
    return null;
  }
}
