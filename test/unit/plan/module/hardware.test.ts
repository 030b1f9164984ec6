import { expect, test } from "vitest";
import { hardwareSections } from "../../../../tui/plan/module/hardware.ts";
import { recorded } from "../example.ts";

const server = recorded("nvme-server");

test("a real machine has firmware, microcode, and drivers of its disks", () => {
  const text = hardwareSections({
    ...server,
    storageModules: ["ahci", "nvme"],
    cpu: { ...server.cpu, vendor: "intel" },
    consoles: ["tty0", "ttyS0,115200"],
  }).join("\n\n");
  expect(text).toMatchInlineSnapshot(`
    "# Drivers that the disks of this machine need.
    boot.initrd.availableKernelModules = [ "ahci" "nvme" ];

    # Firmware that network cards and others load, and microcode of the CPU.
    hardware.enableRedistributableFirmware = lib.mkDefault true;
    hardware.cpu.intel.updateMicrocode = lib.mkDefault config.hardware.enableRedistributableFirmware;

    # The consoles that the installer was started with.
    boot.kernelParams = [ "console=tty0" "console=ttyS0,115200" ];"
  `);
});

test.each([
  ["QEMU", "Standard PC (Q35 + ICH9, 2009)"],
  ["Microsoft Corporation", "Virtual Machine"],
  ["Hetzner", "vServer"],
  ["Amazon EC2", "t3.micro"],
])("%s %s is a virtual machine: no firmware, no microcode", (vendor, name) => {
  const product = { ...server.product, vendor, name };
  expect(hardwareSections({ ...server, product }).join("\n")).not.toMatch(/Firmware|Microcode/);
});

test("virtual machines, where the CPU can run them", () => {
  const text = hardwareSections({ ...server, cpu: { ...server.cpu, kvm: "kvm-amd" } }).join("\n");
  expect(text).toContain('boot.kernelModules = [ "kvm-amd" ];');
  expect(hardwareSections(server).join("\n")).not.toContain("boot.kernelModules");
});

test("nothing is said of consoles that the installer was not given", () => {
  expect(hardwareSections({ ...server, consoles: [] }).join("\n")).not.toContain("kernelParams");
});
