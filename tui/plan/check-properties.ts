import { formatBytes, MiB } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import type { Machine } from "../machine/machine.ts";
import type { Choices, LayoutChoices } from "./choices.ts";
import { compatibilityProblem } from "./compatibility.ts";
import { error, problem } from "./issue.ts";
import { checksumProblem, compressionProblem } from "./property-values.ts";

/** Sizes and shares that cannot be. */
export function sizeIssues(layout: LayoutChoices): Issue[] {
  // 65525 clusters of 4096 bytes, the least that FAT32 has on disks with such sectors, and room for two kernels.
  const least = 300 * MiB;
  const { espSize, swap, freePercent, arcLimit } = layout;
  const valid = (size: number) => Number.isFinite(size) && size >= 0;
  return [
    ...(valid(espSize) && espSize >= least
      ? []
      : [error("layout.espSize", `An ESP holds kernels: ${formatBytes(least)} at least.`)]),
    ...(valid(swap) && (swap === 0 || swap >= MiB)
      ? []
      : [error("layout.swap", "Swap is 0 for none, or 1 MiB and more.")]),
    ...(freePercent >= 0 && freePercent <= 50
      ? []
      : [error("layout.freePercent", "Between 0 and 50 percent of each disk can stay free.")]),
    // Source zfs(4), zfs_arc_max: less is ignored.
    ...(arcLimit === null || (valid(arcLimit) && arcLimit >= 64 * MiB)
      ? []
      : [error("layout.arcLimit", "ZFS takes a limit for its cache of 64 MiB and more.")]),
  ];
}

/** Properties of the pool that ZFS, the target's zfs or this machine does not take. */
export function propertyIssues(machine: Machine, { disks, layout, flake }: Choices): Issue[] {
  const { firmware } = machine;
  const { ashift, bootLoader, checksum, compression, copies } = layout;
  const chosen = machine.disks.filter(({ path }) => disks.includes(path));
  const sector = Math.max(512, ...chosen.map(({ logicalSector }) => logicalSector));
  const at = (name: string) => `layout.${name}`;
  return [
    ...(ashift === "auto" || (Number.isInteger(ashift) && ashift >= 9 && ashift <= 16)
      ? []
      : [error(at("ashift"), "An ashift is auto, or 9 to 16: sectors of 512 bytes to 64 KiB.")]),
    ...(ashift !== "auto" && 2 ** ashift < sector
      ? [
          error(
            at("ashift"),
            `The disks have sectors of ${sector} bytes: ashift is ${Math.ceil(Math.log2(sector))} at least.`,
          ),
        ]
      : []),
    ...problem(at("compression"), compressionProblem(compression)),
    ...problem(at("checksum"), checksumProblem(checksum)),
    ...([1, 2, 3].includes(copies) ? [] : [error(at("copies"), "ZFS keeps 1, 2 or 3 copies of a block.")]),
    ...problem(at("compatibility"), compatibilityProblem(layout, flake.zfsVersion)),
    ...(bootLoader === "systemd-boot" && firmware === "bios"
      ? [
          error(
            "layout.bootLoader",
            "This machine was started by a BIOS, and systemd-boot needs UEFI. Choose GRUB.",
          ),
        ]
      : []),
    ...(bootLoader === "systemd-boot" && disks.length > 1
      ? [
          error(
            "layout.bootLoader",
            "Only one disk would have systemd-boot, and the machine could not start without it. Choose GRUB.",
          ),
        ]
      : []),
  ];
}
