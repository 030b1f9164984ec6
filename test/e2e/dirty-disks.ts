import type { DiskOptions } from "../../qemu/options.ts";
import { GiB, MiB } from "../../tui/base/bytes.ts";
import type { Ssh } from "./ssh.ts";

/** Six disks on every kind of controller, one with sectors of 4096 bytes, and one without a serial number that nobody chooses. */
export const dirtyDisks: readonly DiskOptions[] = [
  { size: 6 * GiB },
  { size: 6 * GiB },
  { size: 6 * GiB, kind: "nvme" },
  { size: 6 * GiB, kind: "scsi", sectorSize: 4096 },
  { size: 6 * GiB, kind: "sata" },
  { size: 6 * GiB },
  { size: 512 * MiB, serial: "" },
];

/**
 * Puts old contents on them, and leaves open what can be:
 * an md array over 1 and 2 (open) · LVM on 3 with LUKS in it (open) · LUKS on 4 · half of a pool on 5 ·
 * on 6 swap (on), bcache, and under them a pool of the whole disk with the labels at its end left ·
 * on the one without a serial number: the other half of the pool, a degraded array, an LVM volume, a file system
 */
export async function makeDirty({ run }: Ssh): Promise<void> {
  await run(`${preamble}
    sgdisk -n1:1M:+256M $d1; sgdisk -n1:1M:+256M $d2
    udevadm settle
    mdadm --create /dev/md/old --run --assume-clean --level=1 --raid-devices=2 $d1''1 $d2''1
    udevadm settle # udev must watch it before it is written to, or lsblk never hears of the file system
    mke2fs -q -t ext4 /dev/md/old`);
  await run(`${preamble}
    lvm pvcreate -y $d3; lvm vgcreate vg0 $d3; lvm lvcreate -y -n data -L 256M vg0
    ${luks("/dev/vg0/data")}
    printf secretsecret | cryptsetup open --key-file - /dev/vg0/data opened
    sgdisk -n1:1M:+256M $d4; udevadm settle; ${luks('"$d4"1')}`);
  // zpool would make partitions on the disk itself; on a device-mapper device it does not.
  await run(`${preamble}
    dmsetup create whole --table "0 $(blockdev --getsz $d6) linear $d6 0"
    zpool create -f -m none ancient /dev/mapper/whole; zpool export ancient; dmsetup remove --retry whole
    dd if=/dev/zero of=$d6 bs=1M count=2 conv=fsync
    sgdisk -n1:1M:+256M -n2:0:+64M $d6; udevadm settle
    mkswap "$d6"1; swapon "$d6"1
    echo ${bcacheSuperblock().toString("base64")} | base64 -d | dd of="$d6"2 bs=4096 seek=1 conv=fsync`);
  await run(`${preamble}
    sgdisk -n1:1M:+128M -n2:0:+64M -n3:0:+64M -n4:0:+64M $other; udevadm settle
    zpool create -f -m none spanning $d5 "$other"1; zpool export spanning
    mdadm --create /dev/md/kept --run --force --level=1 --raid-devices=2 "$other"2 missing; mdadm --stop /dev/md/kept
    lvm pvcreate -y "$other"3; mke2fs -q -t ext4 "$other"4
    sync; blockdev --flushbufs $other`);
}

/** Names of the disks in this boot: they differ by the order in which drivers answer. */
const preamble = `set -e; exec 2>&1
  modprobe -a raid1 dm_mod dm_crypt zfs
  of() { lsblk -dnro PATH,SERIAL,SIZE,TYPE | awk -v wanted="$1" '$4 == "disk" && $2 == wanted { print $1 }'; }
  d1=$(of DABEI0001) d2=$(of DABEI0002) d3=$(of DABEI0003) d4=$(of DABEI0004) d5=$(of DABEI0005) d6=$(of DABEI0006)
  other=$(lsblk -dnbro PATH,SIZE | awk '$2 == ${512 * MiB} { print $1 }')`;

// The cheapest key derivation there is: this passphrase is no secret, and the emulated CPU is slow.
function luks(device: string): string {
  const cheap = "--pbkdf pbkdf2 --pbkdf-force-iterations 1000";
  return `printf secretsecret | cryptsetup luksFormat --batch-mode ${cheap} --key-file - ${device}`;
}

/**
 * The superblock of an empty bcache backing device, 4096 bytes into it.
 *
 * Source  Linux include/uapi/linux/bcache.h (struct cache_sb_disk), drivers/md/bcache/super.c
 */
function bcacheSuperblock(): Buffer {
  const block = Buffer.alloc(4096);
  const version = 1n;
  block.writeBigUInt64LE(8n, 8);
  block.writeBigUInt64LE(version, 16);
  Buffer.from("c68573f64e1a45ca8265f57f48ba6d81", "hex").copy(block, 24);
  Buffer.from("0f4a1b2c3d4e5f60718293a4b5c6d7e8", "hex").copy(block, 40);
  block.writeBigUInt64LE(16n, 184);
  // Over all that is before the (empty) list of buckets, without the sum itself.
  block.writeBigUInt64LE(crc64(block.subarray(8, 208)), 0);
  return block;
}

function crc64(bytes: Uint8Array): bigint {
  const all = 0xffff_ffff_ffff_ffffn;
  let sum = all;
  for (const byte of bytes) {
    sum ^= BigInt(byte) << 56n;
    for (let bit = 0; bit < 8; bit++)
      sum = sum >> 63n ? ((sum << 1n) ^ 0x42f0_e1eb_a9ea_3693n) & all : (sum << 1n) & all;
  }
  return sum ^ all;
}
