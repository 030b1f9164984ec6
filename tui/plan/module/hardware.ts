import type { Machine } from "../../machine/machine.ts";
import { nixStrings } from "../nix-text.ts";

/** Drivers, microcode and consoles of the machine; with these kernel parameters, and drivers of its network in the initrd. */
export function hardwareSections(
  machine: Machine,
  {
    isNetworkEarly = false,
    parameters = [],
  }: { isNetworkEarly?: boolean; parameters?: readonly string[] } = {},
): string[] {
  return [drivers(machine, isNetworkEarly), ...kernelParameters(machine, parameters)];
}

function kernelParameters({ consoles }: Machine, parameters: readonly string[]): string[] {
  const all = [...consoles.map((name) => `console=${name}`), ...parameters];
  const why = consoles.length > 0 ? "# The consoles that the installer was started with.\n" : "";
  return all.length > 0 ? [`${why}boot.kernelParams = ${nixStrings(all)};`] : [];
}

function drivers({ storageModules, networkModules, cpu }: Machine, isNetworkEarly: boolean): string {
  const microcode = {
    intel:
      "hardware.cpu.intel.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;\n",
    amd: "hardware.cpu.amd.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;\n",
    other: "",
  }[cpu.vendor];
  const modules = [...new Set([...storageModules, ...(isNetworkEarly ? networkModules : [])])];
  return `# Drivers that the disks of this machine need${isNetworkEarly ? ", and its network in the initrd" : ""}.
boot.initrd.availableKernelModules = ${nixStrings(modules)};
${microcode}`;
}
