import { type Bytes, formatBytes, MiB } from "../../base/bytes.ts";
import type { Expected } from "../../plan/expected.ts";
import type { Finding } from "../facts.ts";
import { error, ok, warning } from "./finding.ts";
import type { Target } from "./target.ts";

/** Whether what is enabled can start this machine. */
export function bootLoaderFindings(expected: Expected, target: Target): Finding[] {
  const { loader } = target;
  const { host, machine } = expected;
  const isUefi = machine.firmware === "uefi";
  if (loader.grub) return grubFindings(expected, target);
  if (loader.other)
    return [
      warning(`${host.name} enables a boot loader that is not known here. Whether it fits is not checked.`),
    ];
  if (!loader.systemdBoot)
    return [
      error("No boot loader is enabled, so the machine would not start. Set boot.loader.grub.enable = true."),
    ];
  if (!isUefi)
    return [
      error(
        `${host.name} starts by systemd-boot, which needs UEFI, and this machine was started by its BIOS. Switch the firmware to UEFI, or enable GRUB.`,
      ),
    ];
  return [...espFinding(expected, target), ...variablesFinding(expected, target), ...firstDiskOnly(expected)];
}

function grubFindings({ disks, host, machine, mounted }: Expected, { loader }: Target): Finding[] {
  const isUefi = machine.firmware === "uefi";
  if (isUefi && !loader.grubEfi)
    return [
      error(
        `GRUB of ${host.name} is set up for a BIOS, and this machine was started by UEFI. Set boot.loader.grub.efiSupport = true and devices = [ "nodev" ].`,
      ),
    ];
  if (!isUefi && loader.grubDevices.every((device) => device === "nodev"))
    return [
      error(
        `GRUB of ${host.name} is written to no disk, and this machine was started by its BIOS. Set boot.loader.grub.devices, or switch the firmware to UEFI.`,
      ),
    ];
  const firmware = isUefi ? "UEFI" : "BIOS";
  if (mounted) return [ok(`Boot loader GRUB as the host sets it up, ${firmware}.`)];
  const isOurs = host.way !== "disko";
  const place = !isOurs ? "as disko declares it" : disks > 1 ? `on all ${disks} disks` : "on the disk";
  const installed = ok(`Boot loader GRUB ${place}, ${firmware}.`);
  if (host.way !== "generated" || host.bootLoader === null || host.bootLoader === "grub") return [installed];
  const own = host.bootLoader === "other" ? "another boot loader" : host.bootLoader;
  return [
    installed,
    warning(`The flake enables ${own}. GRUB takes its place here, as it can be on the ESP of every disk.`),
  ];
}

function espFinding({ host }: Expected, { loader, mounts }: Target): Finding[] {
  return mounts.includes(loader.espMount)
    ? [ok(`Boot loader systemd-boot on the ESP at ${loader.espMount}, UEFI.`)]
    : [
        error(
          `systemd-boot of ${host.name} writes to ${loader.espMount}, and no file system is mounted there. Set boot.loader.efi.efiSysMountPoint to where the ESP is.`,
        ),
      ];
}

function variablesFinding({ machine }: Expected, { loader }: Target): Finding[] {
  if (!loader.touchesVariables || machine.efiVariables) return [];
  return [
    warning(
      "The host wants to set a boot entry in the firmware, which cannot be written here. The machine starts by EFI/BOOT/BOOTX64.EFI instead; set boot.loader.efi.canTouchEfiVariables = false.",
    ),
  ];
}

function firstDiskOnly({ disks, host }: Expected): Finding[] {
  if (disks < 2 || host.way !== "declared") return [];
  return [
    warning(
      "systemd-boot is on the first disk alone: without that disk the machine does not start. With GRUB every disk could start it.",
    ),
  ];
}

/** An initrd is built here, so its size is not known: that of a usual one with zfs. */
const usualInitrd: Bytes = 48 * MiB;
const usualKernel: Bytes = 16 * MiB;

/** Whether the kernels of some generations have room on an ESP. kernel: its size where a cache tells it. */
export function espRoomFinding(espSize: Bytes, kernel: Bytes | null, limit: number | null): Finding {
  // A store path may hold more than the image; the largest kernels have 30 MiB.
  const generation = usualInitrd + (kernel !== null && kernel < 40 * MiB ? kernel : usualKernel);
  const room = Math.floor((espSize - 8 * MiB) / generation);
  const size = formatBytes(espSize);
  if (room < 1)
    return error(
      `An ESP of ${size} has no room for a kernel with its initrd. Choose a larger one in the layout.`,
    );
  if (room >= 5 || (limit !== null && limit <= room))
    return ok(`ESP of ${size}: room for about ${room} kernels with their initrds.`);
  return warning(
    `An ESP of ${size} has room for about ${room} kernels with their initrds, and the host keeps ${limit ?? "all"} generations. Choose a larger ESP, or set configurationLimit = ${room}.`,
  );
}
