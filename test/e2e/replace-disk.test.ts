import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { createDisk } from "../../qemu/disks.ts";
import { bootFromDisks, builtImage, directoryOf } from "./harness.ts";
import { healthOf, readData, writeData } from "./installed.ts";
import {
  bootCase,
  disksOf,
  installAll,
  type LayoutCase,
  type LayoutMachine,
  poolOf,
} from "./layout-machine.ts";
import { makeSsh } from "./ssh.ts";

const GiB = 1024 ** 3;

/** What docs/boot.md tells: a dead disk is replaced from the image. The variables are the same there. */
const recipe = (pool: string, id: string) => `set -eu
pool=${pool} id=${id} good=/dev/vdb new=/dev/vda
zpool import -f -N -R /mnt -d /dev/disk/by-partuuid $pool
sgdisk --replicate=$new $good
sgdisk --disk-guid=\${id}00 --partition-guid=1:\${id}01 --partition-guid=2:\${id}02 --partition-guid=4:\${id}04 $new
udevadm settle
mkfs.vfat -F 32 -n ESP-1 /dev/disk/by-partuuid/\${id}02
zpool replace $pool \${id}04 /dev/disk/by-partuuid/\${id}04
zpool wait -t replace $pool
mount -t zfs $pool/local/root /mnt
mount -t zfs $pool/local/nix /mnt/nix
for esp in $(sed -n 's/^ *fileSystems."\\(.boot[^"]*\\)".*/\\1/p' /mnt/etc/nixos/dabei.nix); do
  device=$(sed -n "\\\\|fileSystems.\\"$esp\\"|,/};/s/.*device = \\"\\(.*\\)\\";/\\1/p" /mnt/etc/nixos/dabei.nix)
  mount $device /mnt$esp
done
NIXOS_INSTALL_BOOTLOADER=1 nixos-enter --root /mnt -c '/run/current-system/bin/switch-to-configuration boot'
umount -R /mnt
zpool export $pool`;

test.runIf(process.env.DABEI_FULL === "1")(
  "a dead disk is replaced, and the new one starts the machine alone",
  async () => {
    const one: LayoutCase = { name: "mirror-2", disks: 2, layout: { vdev: "mirror" } };
    const machine: LayoutMachine = { name: "replace-disk", firmware: "bios", cases: [one], keepDisks: true };
    expect(await installAll(machine)).toEqual(new Map());
    const found = await bootCase(machine, one, { keep: true }, async (vm) => {
      const esp = /by-partuuid\/([0-9a-f-]{34})02 on \/boot type vfat/.exec(vm.serial.sent())?.[1] ?? "";
      return { data: await writeData(vm), id: esp };
    });

    const disks = disksOf(machine, one);
    const [dead] = disks;
    await rm(dead?.path ?? "");
    await createDisk(dead?.path ?? "", 4 * GiB);
    const ssh = await makeSsh(`${directoryOf(machine.name)}-ssh`);
    const { kernel, initrd } = await builtImage();
    const image = { kernel, initrd, append: "console=ttyS0,115200", keepDisks: true, ...ssh.options };
    await bootFromDisks({ name: machine.name, firmware: "bios", disks, ...image }, async () => {
      await ssh.waitUntilUp();
      await ssh.run(recipe(poolOf(one.name), found.id));
    });

    await bootCase({ ...machine, keepDisks: false }, one, { without: [1] }, async (vm) => {
      expect(await healthOf(vm, one)).toBe("DEGRADED");
      expect(await readData(vm)).toBe(found.data);
    });
    for (const { path } of disks) await rm(path, { force: true });
  },
);
