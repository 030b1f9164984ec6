import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silent } from "../../image/progress.ts";
import { buildFixture } from "../fixtures/build.ts";
import { type Nix, unpackedNix } from "../fixtures/nix.ts";
import { lockedFixture, unpackFixture } from "../fixtures/packages.ts";

const esp = "0f1e2d3c-4b5a-4697-8877-665544332211";
const pool = "0f1e2d3c-4b5a-4697-8877-665544332212";

/** As disko's scripts with `--no-deps` are: bash and every tool come from PATH. */
const diskScript = `#!/usr/bin/env bash
set -efuo pipefail
disk=/dev/disk/by-id/virtio-DABEI0001
wipefs --all --force "$disk"
sgdisk --clear --align-end \\
  --new=1:1M:+256M --partition-guid=1:${esp} --typecode=1:EF00 --change-name=1:disk-main-ESP \\
  --new=2:0:-0 --partition-guid=2:${pool} --typecode=2:BF01 --change-name=2:disk-main-zfs "$disk"
partprobe "$disk"
udevadm trigger --subsystem-match=block
udevadm settle --timeout 120
mkfs.vfat -F 32 -n ESP /dev/disk/by-partlabel/disk-main-ESP
[[ $(blkid -o value -s TYPE /dev/disk/by-partlabel/disk-main-ESP) = vfat ]]
[[ $(lsblk --json --output NAME,PARTLABEL "$disk" | jq -r '.blockdevices[0].children | length') = 2 ]]
zpool create -f rpool -R /mnt -m none -o ashift=12 -O compression=zstd /dev/disk/by-partuuid/${pool}
zfs create -o mountpoint=legacy rpool/root
zfs create -o mountpoint=legacy rpool/nix
findmnt /mnt >/dev/null || mount -t zfs rpool/root /mnt -o X-mount.mkdir
mount -t zfs rpool/nix /mnt/nix -o X-mount.mkdir
mount -t vfat /dev/disk/by-partuuid/${esp} /mnt/boot -o umask=0077 -o X-mount.mkdir
`;

const module = `{
  fileSystems = {
    "/" = { device = "rpool/root"; fsType = "zfs"; };
    "/nix" = { device = "rpool/nix"; fsType = "zfs"; };
    "/boot" = { device = "/dev/disk/by-partuuid/${esp}"; fsType = "vfat"; options = [ "umask=0077" ]; };
  };
  boot.loader.grub = {
    efiSupport = true;
    efiInstallAsRemovable = true;
    mirroredBoots = [ { path = "/boot"; devices = [ "nodev" ]; efiSysMountPoint = "/boot"; } ];
  };
  boot.zfs.devNodes = "/dev/disk/by-partuuid";
  boot.kernelParams = [ "console=ttyS0,115200" ];
  networking.hostId = "00bab10c";
}
`;

const flake = `{
  inputs.sys.url = "path:./demo.tar.gz";
  outputs = { sys, ... }: {
    toplevel = (sys.nixosConfigurations.demo.extendModules { modules = [ ./disks.nix ]; }).config.system.build.toplevel;
  };
}
`;

/** What a workstation with nix has built for one machine. */
export interface Built {
  /** Its store has both; \`nix copy\` goes from there. */
  readonly nix: Nix;
  readonly toplevel: string;
  readonly diskScript: string;
}

/** Evaluates and builds on this side, with the fixture's cache; all of it lies in \`directory\`. */
export async function buildHere(directory: string): Promise<Built> {
  await rm(directory, { recursive: true, force: true });
  const sources = join(directory, "flake");
  await mkdir(sources, { recursive: true });
  const fixture = await buildFixture();
  const { imageRoot } = await unpackFixture(await lockedFixture(), silent);
  const nix = await unpackedNix(imageRoot, directory);
  await copyFile(join(fixture.directory, "demo.tar.gz"), join(sources, "demo.tar.gz"));
  const input = `tarball+file://${join(sources, "demo.tar.gz")}`;
  await writeFile(join(sources, "flake.nix"), flake.replace("path:./demo.tar.gz", input));
  await writeFile(join(sources, "disks.nix"), module);
  const script = join(directory, "disko");
  await writeFile(script, diskScript);
  await chmod(script, 0o755);
  const cache = [
    "--option",
    "substituters",
    `file://${fixture.directory}/cache`,
    "--option",
    "substitute",
    "true",
  ];
  const trust = ["--option", "trusted-public-keys", fixture.publicKey.trim()];
  const output = ["--no-link", "--print-out-paths", "--no-write-lock-file"];
  return {
    nix,
    toplevel: (await nix(["build", ...cache, ...trust, ...output, `path:${sources}#toplevel`])).stdout.trim(),
    diskScript: (await nix(["store", "add", "--name", "disko", script])).stdout.trim(),
  };
}
