import { describe, expect, test } from "vitest";
import { machineOptions, readFlags, rememberedFlags } from "../../../scripts/vm-options.ts";
import { GiB, MiB } from "../../../tui/base/bytes.ts";

const machine = (...argv: string[]) => {
  const flags = readFlags(argv);
  return machineOptions(flags.machine, flags.extra);
};

describe("scripts/vm", () => {
  test("without options: two blank disks, UEFI", () => {
    const disk = { kind: "virtio", size: 8 * GiB };
    expect(machine()).toEqual({
      ...{ memory: 2 * GiB, cpus: 2, firmware: "uefi", disks: [disk, disk], forward: [], extra: [] },
    });
  });

  test("every option", () => {
    const disk = { kind: "nvme", size: 20 * GiB };
    const argv =
      "--disks 1 --disk-size 20G --disk-kind nvme --memory 512M --cpus 4 --bios --ssh-port 2222 -- -s -S";
    expect(machine(...argv.split(" "))).toEqual({
      ...{ memory: 512 * MiB, cpus: 4, firmware: "bios", disks: [disk] },
      ...{ forward: [{ host: 2222, guest: 22 }], extra: ["-s", "-S"] },
    });
  });

  test("--from-disk takes over the machine of the last time; what is given now goes first", () => {
    const last = rememberedFlags(readFlags(["--bios", "--disks", "3", "--ssh-port", "22"]).machine);
    expect(last).toEqual({ firmware: "bios", disks: "3" });
    const { firmware, disks } = machineOptions({ ...last, ...readFlags(["--uefi"]).machine }, []);
    expect([firmware, disks?.length]).toEqual(["uefi", 3]);
  });

  test("all that is wrong is said at once", () => {
    expect(() => machine("--disks", "many", "--memory", "1", "--disk-kind", "floppy", "--cpus", "0")).toThrow(
      /--disk-kind: is one of virtio.*\n.*--memory: takes a size.*\n.*--cpus: takes a number.*\n.*--disks: takes/,
    );
    expect(() => readFlags(["--bios", "--uefi"])).toThrow("exclude each other");
    expect(() => readFlags(["--nonsense"])).toThrow("--nonsense");
  });
});
