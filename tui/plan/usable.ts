import { type Bytes, GiB, MiB } from "../base/bytes.ts";

const KiB128 = 128 * 1024;

/** A top-level vdev by its numbers. */
export interface VdevShape {
  readonly devices: readonly Bytes[];
  /** Disks' worth of parity; null for a mirror or a single device. */
  readonly parity: number | null;
}

/**
 * How much `zfs list` shows for the root of an empty pool (used + available), in bytes.
 *
 * Source  OpenZFS 2.3: vdev_label.c (labels), vdev_metaslab_set_size, vdev_raidz_psize_to_asize, vdev_deflate_ratio,
 *         spa_get_slop_space; one metaslab of a vdev with 64 or more is the embedded log
 */
export function usableSpace(vdevs: readonly VdevShape[], ashift: number): Bytes {
  let space = 0;
  let embeddedLog = 0;
  for (const { devices, parity } of vdevs) {
    if (devices.length === 0) continue;
    // Two labels and the boot block in front, two labels at the end.
    const member = Math.floor((Math.min(...devices) - 4.5 * MiB) / (256 * 1024)) * 256 * 1024;
    const raw = parity === null ? member : member * devices.length;
    const metaslab = metaslabSize(raw);
    const count = Math.floor(raw / metaslab);
    const ratio = parity === null ? 1 : deflateRatio(devices.length, parity, ashift);
    const log = count >= 64 ? metaslab * ratio : 0;
    embeddedLog += log;
    space += count * metaslab * ratio - log;
  }
  let slop = Math.min(space / 32, 128 * GiB);
  slop -= Math.min(embeddedLog, slop / 2);
  slop = Math.max(slop, Math.min(space / 2, 128 * MiB));
  return Math.max(0, Math.floor(space - slop));
}

/** How much of its raw space a raidz tells as usable; ZFS counts it in whole 512ths. */
function deflateRatio(width: number, parity: number, ashift: number): number {
  return Math.floor(KiB128 / (raidzAllocation(width, parity, ashift) / 512)) / 512;
}

/** What a block of 128 KiB takes on a raidz: data, parity for each row, padded to a multiple of parity + 1 sectors. */
function raidzAllocation(width: number, parity: number, ashift: number): Bytes {
  const sector = 2 ** ashift;
  const data = Math.ceil(KiB128 / sector);
  const sectors = data + parity * Math.ceil(data / (width - parity));
  return Math.ceil(sectors / (parity + 1)) * (parity + 1) * sector;
}

/** About 200 metaslabs a vdev, each between 16 MiB and 16 GiB and of a power of two. */
function metaslabSize(asize: Bytes): Bytes {
  const count = asize / (512 * MiB);
  const highbit = (value: number) => 2 ** (Math.floor(Math.log2(Math.max(1, value))) + 1);
  const size = count < 16 ? highbit(asize / 16) : count > 200 ? highbit(asize / 200) : 512 * MiB;
  return Math.min(16 * GiB, Math.max(16 * MiB, size));
}
