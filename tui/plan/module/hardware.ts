import type { Machine } from "../../machine/machine.ts";
import { nixStrings } from "../nix-text.ts";

/**
 * Drivers, firmware, microcode and consoles of the machine, as nixos-generate-config would find them; with these kernel
 * parameters, and drivers of its network in the initrd.
 *
 * Source  nixpkgs, nixos-generate-config.pl; keyboards and USB are in NixOS's own list, boot.initrd.includeDefaultModules
 */
export function hardwareSections(
  machine: Machine,
  {
    isNetworkEarly = false,
    parameters = [],
  }: { isNetworkEarly?: boolean; parameters?: readonly string[] } = {},
): string[] {
  return [
    drivers(machine, isNetworkEarly),
    ...kvm(machine),
    // A virtual machine needs neither, and firmware is half a gigabyte.
    ...(isVirtual(machine.product) ? [] : [firmware(machine.cpu.vendor)]),
    ...kernelParameters(machine, parameters),
  ];
}

function kernelParameters({ consoles }: Machine, parameters: readonly string[]): string[] {
  const all = [...consoles.map((name) => `console=${name}`), ...parameters];
  const why = consoles.length > 0 ? "# The consoles that the installer was started with.\n" : "";
  return all.length > 0 ? [`${why}boot.kernelParams = ${nixStrings(all)};`] : [];
}

function drivers({ storageModules, networkModules }: Machine, isNetworkEarly: boolean): string {
  const modules = [...new Set([...storageModules, ...(isNetworkEarly ? networkModules : [])])];
  return `# Drivers that the disks of this machine need${isNetworkEarly ? ", and its network in the initrd" : ""}.
boot.initrd.availableKernelModules = ${nixStrings(modules)};`;
}

function kvm({ cpu }: Machine): string[] {
  if (!cpu.kvm) return [];
  return [
    `# Virtual machines, which the CPU of this one can run.\nboot.kernelModules = ${nixStrings([cpu.kvm])};`,
  ];
}

function firmware(vendor: Machine["cpu"]["vendor"]): string {
  const microcode =
    vendor === "other"
      ? ""
      : `\nhardware.cpu.${vendor}.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;`;
  return `# Firmware that network cards and others load, and microcode of the CPU.
hardware.enableRedistributableFirmware = lib.mkDefault true;${microcode}`;
}

/** By what hypervisors write into DMI. Source systemd, virt.c: dmi_vendor_table */
function isVirtual({ vendor, name }: Machine["product"]): boolean {
  const makers =
    /^(QEMU|KVM|OpenStack|KubeVirt|Amazon EC2|VMware|VMW|innotek GmbH|VirtualBox|Xen|Bochs|Parallels|BHYVE|Hyper-V|Apple Virtualization|Google|Hetzner|DigitalOcean|Vultr|Scaleway|Alibaba Cloud|UpCloud)/;
  return makers.test(vendor) || /^(Virtual Machine|KVM|Standard PC|Google Compute Engine)/.test(name);
}
