import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Ssh } from "./ssh.ts";

/** Partitions a disk, makes a pool and an ESP on it, and mounts all at /mnt: what a person types who wants it another way. */
export async function mountByHand(ssh: Ssh, disk: string): Promise<void> {
  await ssh.run(`set -eu
sgdisk --clear --new=1:1M:+512M --typecode=1:EF00 --change-name=1:by-hand-esp --new=2:0:-0 --typecode=2:BF01 ${disk} >/dev/null
udevadm settle
partprobe ${disk}
udevadm settle
mkfs.vfat -F 32 -n BYHAND ${disk}1 >/dev/null
zpool create -f -R /mnt -m none -o ashift=12 hand /dev/disk/by-partuuid/$(blkid -o value -s PARTUUID ${disk}2)
zfs create -o mountpoint=legacy hand/root
zfs create -o mountpoint=/nix -o canmount=noauto -o atime=off hand/nix
mkdir -p /mnt
mount -t zfs hand/root /mnt
mkdir -p /mnt/boot /mnt/nix /mnt/etc/nixos
mount -t zfs -o zfsutil hand/nix /mnt/nix
mount -o umask=0077 ${disk}1 /mnt/boot
echo '{ outputs = _: { }; }' > /mnt/etc/nixos/flake.nix`);
}

/**
 * A disk with two flakes of somebody else: on FAT, in a repository with a change that is not committed; on ext4, as a
 * repository of another user without a lock file. And a repository on this machine that only a key opens.
 */
export async function placeFlakes(ssh: Ssh, archive: string, disk: string): Promise<void> {
  await ssh.run(`set -eu
sgdisk --clear --new=1:1M:+128M --typecode=1:0700 --new=2:0:-0 --typecode=2:8300 ${disk} >/dev/null
udevadm settle
partprobe ${disk}
udevadm settle
mkfs.vfat -F 32 -n FATSTICK ${disk}1 >/dev/null
mkfs.ext4 -q -L "STICK" ${disk}2
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
make() {
  mkdir -p "$1"
  curl -sf ${archive} | tar -xz --no-same-owner --strip-components=1 -C "$1"
  git -C "$1" init -q -b main
  git -C "$1" add -A
  git -C "$1" commit -q -m first
}
mkdir -p /tmp/stick
mount ${disk}1 /tmp/stick
make /tmp/stick/infra
echo '# not committed' >> /tmp/stick/infra/flake.nix
umount /tmp/stick
mount ${disk}2 /tmp/stick
make /tmp/stick/infra
git -C /tmp/stick/infra rm -q --cached flake.lock
rm /tmp/stick/infra/flake.lock
git -C /tmp/stick/infra commit -q -m second
chown -R 1000:1000 /tmp/stick/infra
umount /tmp/stick
make /root/private
ssh-keygen -q -t ed25519 -N '' -C deploy -f /tmp/deploy
cat /tmp/deploy.pub >> /root/.ssh/authorized_keys`);
}

/** What a forge answers: nothing but 404 without the token, then a commit and its archive. */
const forge = `
const { createServer } = require("node:https");
const { readFileSync } = require("node:fs");
const read = (name) => readFileSync("/root/forge/" + name);
createServer({ key: read("key.pem"), cert: read("certificate.pem") }, (request, response) => {
  response.statusCode = request.headers.authorization?.includes("ghp_right") ? 200 : 404;
  const commit = { sha: "a".repeat(40), commit: { tree: { sha: "b".repeat(40) } } };
  response.end(/commits/.test(request.url) ? JSON.stringify(commit) : read("infra.tar.gz"));
}).listen(443);
`;

/** A GitHub of one's own in the guest, which the guest believes in: "github:example/infra?host=localhost". */
export async function startForge(ssh: Ssh, archive: string): Promise<void> {
  const tls = resolve(import.meta.dirname, "../fixtures/tls");
  await ssh.run("mkdir -p /root/forge");
  for (const name of ["key.pem", "certificate.pem"])
    await ssh.run(`cat > /root/forge/${name}`, { input: await readFile(join(tls, name), "utf8") });
  await ssh.run("cat > /root/forge/forge.cjs", { input: forge });
  await ssh.run(`set -eu
curl -sf ${archive} > /root/forge/infra.tar.gz
cat /root/forge/certificate.pem >> /etc/ssl/certs/ca-certificates.crt
setsid node /root/forge/forge.cjs >/dev/null 2>&1 </dev/null &
until curl -s https://localhost/ >/dev/null; do sleep 1; done`);
}
