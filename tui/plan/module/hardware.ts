import type { Machine } from "../../machine/machine.ts";
import { nixStrings } from "../nix-text.ts";

/** Drivers, microcode and consoles of the machine. */
export function hardwareSections(machine: Machine): string[] {
  return [hardware(machine)];
}

function hardware({ storageModules, cpu, consoles }: Machine): string {
  const microcode = {
    intel:
      "hardware.cpu.intel.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;\n",
    amd: "hardware.cpu.amd.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;\n",
    other: "",
  }[cpu.vendor];
  const console =
    consoles.length > 0
      ? `# The consoles that the installer was started with.\nboot.kernelParams = ${nixStrings(consoles.map((name) => `console=${name}`))};\n`
      : "";
  return `# Drivers that the disks of this machine need.
boot.initrd.availableKernelModules = ${nixStrings(storageModules)};
${microcode}${console}`;
}
