import type { Command } from "./command.ts";

/**
 * Loads a kernel that is started at the next reboot, instead of the firmware.
 *
 * Runs    kexec -l KERNEL --initrd=INITRD --command-line=PARAMETERS
 * Source  kexec(8). -a takes kexec_file_load, which works under lockdown, and else kexec_load
 */
export function loadKernel(kernel: string, initrd: string, parameters: string): Command {
  return ["kexec", "-a", "-l", kernel, `--initrd=${initrd}`, `--command-line=${parameters}`];
}
