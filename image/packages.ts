import type { Seed } from "./tree-spec.ts";

/**
 * The Debian packages asked for by name, why, and what is kept of them. Everything else that apt adds is there only for
 * the shared libraries which the kept programs need.
 */
export const seeds: readonly Seed[] = [
  // The system itself
  { name: "linux-image-amd64", why: "the kernel; its modules are chosen in modules.ts", keep: [] },
  {
    name: "runit",
    why: "PID 1 and the services",
    keep: ["usr/sbin/runit", "usr/sbin/runit-init", "usr/bin/chpst", "usr/bin/runsv", "usr/bin/runsvdir",
      "usr/bin/sv", "usr/bin/svlogd"],
  },
  {
    name: "udev",
    why: "finds disks and network cards; ZFS and people name disks by /dev/disk/by-*",
    // Left out on purpose: the rules that assemble md arrays, activate LVM or load zfs when they see a member.
    keep: [
      "usr/bin/udevadm", "usr/lib/systemd/systemd-udevd", "usr/lib/systemd/network/99-default.link",
      "usr/lib/udev/ata_id", "usr/lib/udev/cdrom_id", "usr/lib/udev/scsi_id",
      ...["50-udev-default", "60-block", "60-cdrom_id", "60-persistent-storage", "73-special-net-names",
        "75-net-description",
        "80-drivers", "80-net-setup-link"].map((rules) => `usr/lib/udev/rules.d/${rules}.rules`),
    ],
  },
  {
    name: "dmsetup",
    why: "device mapper's links, for LUKS and LVM",
    keep: ["usr/sbin/dmsetup", ...["55-dm", "60-persistent-storage-dm", "95-dm-notify"].map(
      (rules) => `usr/lib/udev/rules.d/${rules}.rules`)],
  },
  { name: "libkmod2", why: "udev opens it at run time to load drivers", keep: ["usr/lib/x86_64-linux-gnu/libkmod.so.2*"] },
  { name: "libgcc-s1", why: "the C library opens it when a thread is cancelled", keep: ["usr/lib/x86_64-linux-gnu/libgcc_s.so.1"] },
  { name: "libc6", why: "host names: nix opens this by its name", keep: ["usr/lib/x86_64-linux-gnu/libnss_dns.so.2"] },
  {
    name: "libc-bin",
    why: "getent: how a name resolves here; the locale C.UTF-8, without which tmux refuses to start",
    keep: ["usr/bin/getent", "usr/lib/locale/C.utf8/"],
  },
  { name: "busybox-static", why: "the small commands, here and in the initrd", keep: ["usr/bin/busybox"] },
  { name: "dash", why: "/bin/sh; busybox's would prefer its own ip and mount to the real ones", keep: ["usr/bin/dash"] },
  { name: "bash", why: "the shell of people, and of scripts that name it", keep: ["usr/bin/bash"] },
  { name: "kmod", why: "loads modules", keep: ["usr/bin/kmod"] },
  {
    name: "mount",
    why: "mount and swap with all options",
    keep: ["usr/bin/mount", "usr/bin/umount", "usr/sbin/losetup", "usr/sbin/swapon", "usr/sbin/swapoff"],
  },
  {
    name: "util-linux",
    why: "looking at disks, wiping them, name spaces",
    keep: [
      ...["findmnt", "flock", "getopt", "lsblk", "mountpoint", "nsenter", "partx", "setsid", "unshare"].map((it) => `usr/bin/${it}`),
      ...["blkdiscard", "blkid", "blockdev", "mkswap", "pivot_root", "switch_root", "wipefs", "zramctl"].map((it) => `usr/sbin/${it}`),
    ],
  },
  {
    name: "coreutils",
    why: "what busybox lacks of them here",
    keep: ["usr/bin/comm", "usr/bin/nice", "usr/bin/nohup", "usr/bin/split"],
  },
  { name: "procps", why: "pgrep and pkill, which busybox lacks here", keep: ["usr/bin/pgrep", "usr/bin/pkill"] },
  {
    name: "ncurses-base",
    why: "what the editor, the pager and tmux must know of terminals",
    keep: [..."linux vt100 vt102 vt220 dumb xterm xterm-256color screen screen-256color tmux tmux-256color ansi rxvt".split(" ").map(
      (terminal) => `usr/share/terminfo/${terminal[0]}/${terminal}`)],
  },

  // Disks
  {
    name: "zfsutils-linux",
    why: "ZFS: what all this is for",
    keep: ["usr/sbin/zpool", "usr/sbin/zfs", "usr/sbin/mount.zfs", "usr/sbin/zgenhostid",
      "usr/lib/udev/zvol_id", "usr/lib/udev/rules.d/60-zvol.rules", "usr/share/zfs/compatibility.d/"],
  },
  { name: "gdisk", why: "sgdisk makes the partitions", keep: ["usr/sbin/sgdisk"] },
  { name: "parted", why: "disko's scripts call it, and partprobe", keep: ["usr/sbin/parted", "usr/sbin/partprobe"] },
  { name: "dosfstools", why: "the ESPs", keep: ["usr/sbin/mkfs.fat", "usr/sbin/mkfs.vfat", "usr/sbin/fsck.fat", "usr/sbin/fsck.vfat", "usr/sbin/fatlabel"] },
  {
    name: "e2fsprogs",
    why: "ext4: flakes that ask for it, machines to be repaired",
    keep: [...["e2fsck", "fsck.ext4", "mke2fs", "mkfs.ext4", "resize2fs", "tune2fs"].map((it) => `usr/sbin/${it}`),
      "usr/bin/chattr", "usr/bin/lsattr", "etc/mke2fs.conf"],
  },
  { name: "cryptsetup-bin", why: "LUKS: disks to be repaired, swap with a random key", keep: ["usr/sbin/cryptsetup"] },
  { name: "mdadm", why: "RAID arrays: seen, stopped and wiped, or repaired", keep: ["usr/sbin/mdadm", "usr/sbin/mdmon", "usr/lib/udev/rules.d/63-md-raid-arrays.rules"] },
  {
    name: "lvm2",
    why: "volume groups: seen, deactivated and wiped, or repaired",
    keep: [..."lvm lvs vgs pvs lvchange vgchange lvremove vgremove pvremove vgscan pvscan lvcreate vgcreate pvcreate".split(" ").map(
      (it) => `usr/sbin/${it}`), "etc/lvm/lvm.conf", "usr/lib/udev/rules.d/56-lvm.rules"],
  },
  { name: "efibootmgr", why: "the firmware's boot entries", keep: ["usr/bin/efibootmgr"] },
  { name: "kexec-tools", why: "starts the installed system without the firmware", keep: ["usr/sbin/kexec"] },

  // nix and the network
  { name: "nix-bin", why: "installs the flake", keep: ["usr/bin/nix", "usr/bin/nix-*"] },
  {
    name: "git",
    why: "flakes from git repositories",
    keep: ["usr/bin/git", "usr/bin/git-upload-pack", "usr/bin/git-receive-pack", ...["git-remote-http", "git-remote-https",
      "git-sh-setup", "git-sh-i18n", "git-submodule"].map((it) => `usr/lib/git-core/${it}`),
      "usr/share/git-core/templates/description", "usr/share/git-core/templates/info/"],
  },
  { name: "ca-certificates", why: "https: the bundle is made of these", keep: ["usr/share/ca-certificates/mozilla/"] },
  { name: "curl", why: "downloads by hand, answer files, webhooks", keep: ["usr/bin/curl"] },
  { name: "iproute2", why: "addresses and routes, also as JSON", keep: ["usr/bin/ip", "usr/bin/ss"] },
  { name: "netbase", why: "names of protocols and ports", keep: ["etc/protocols", "etc/services"] },
  {
    name: "openssh-server",
    why: "the way in on servers without a screen",
    keep: ["usr/sbin/sshd", "usr/lib/openssh/sshd-session", "usr/lib/openssh/sshd-auth"],
  },
  { name: "openssh-sftp-server", why: "scp and nix copy into the image", keep: ["usr/lib/openssh/sftp-server"] },
  {
    name: "openssh-client",
    why: "flakes over ssh, host keys, copying",
    keep: ["usr/bin/ssh", "usr/bin/scp", "usr/bin/ssh-keygen", "usr/bin/ssh-keyscan"],
  },

  // For people, and for the scripts of others
  { name: "tmux", why: "a session that survives a lost connection", keep: ["usr/bin/tmux"] },
  { name: "nano", why: "the editor: smaller than vim-tiny, and says its keys", keep: ["usr/bin/nano"] },
  { name: "less", why: "the pager", keep: ["usr/bin/less"] },
  { name: "jq", why: "disko's and nixos-anywhere's scripts call it", keep: ["usr/bin/jq"] },
  { name: "tar", why: "nixos-anywhere and backups use options that busybox lacks", keep: ["usr/bin/tar"] },
  { name: "rsync", why: "rescuing and restoring files", keep: ["usr/bin/rsync"] },
  { name: "zstd", why: "zfs streams and archives", keep: ["usr/bin/zstd"] },
  { name: "smartmontools", why: "is this disk dying?", keep: ["usr/sbin/smartctl"] },
  { name: "pciutils", why: "which cards are in the machine, with drivers", keep: ["usr/bin/lspci"] },

  // Firmware: only the files that the chosen modules name are taken
  { name: "firmware-bnx2", why: "Broadcom NetXtreme II network cards", keep: [] },
  { name: "firmware-bnx2x", why: "Broadcom 10 Gbit/s network cards", keep: [] },
  { name: "firmware-intel-misc", why: "Intel E800 network cards", keep: [] },
  { name: "firmware-misc-nonfree", why: "Broadcom Tigon3 network cards", keep: [] },
  { name: "firmware-realtek", why: "Realtek network cards", keep: [] },
]; // biome-ignore format: one path a line would be pages

/** Names in /usr/bin that are busybox. Nothing that a kept package has under the same name. */
export const applets: readonly string[] = [
  "[ ar arch arping ash awk base64 basename bc bunzip2 bzcat bzip2 cat chgrp chmod chown chroot chvt clear cmp",
  "cp cpio cut date dc dd deallocvt devmem df diff dirname dmesg dos2unix du echo ed egrep env expand expr factor",
  "fallocate false fdisk fgrep find fold free fsfreeze fstrim getty grep groups gunzip gzip head hexdump hostname",
  "hwclock id ionice ipcalc kill last link linux64 ln loadkmap logger login logname ls lsscsi lzcat",
  "md5sum microcom mkdir mkfifo mknod mktemp more mv nc netstat nl nologin nproc nslookup nuke od openvt",
  "paste patch pidof ping printf ps pwd readlink realpath renice reset rev rm rmdir run-parts sed seq setpriv",
  "sha1sum sha256sum sha512sum shred shuf sleep sort stat strings stty su sync sysctl tac tail taskset",
  "tee telnet test tftp time timeout top touch tr traceroute true truncate tty udhcpc udhcpc6 uname uncompress",
  "unexpand uniq unix2dos unlink unxz unzip uptime usleep vi watch wc wget which who whoami xargs xxd xz xzcat yes zcat",
].flatMap((line) => line.split(" "));

/** Symbolic links made in the image: path to target. */
export const links: Readonly<Record<string, string>> = {
  "usr/bin/sh": "dash",
  "usr/sbin/init": "runit-init",
  ...Object.fromEntries(
    ["depmod", "insmod", "lsmod", "modinfo", "modprobe", "rmmod"].map((name) => [
      `usr/sbin/${name}`,
      "../bin/kmod",
    ]),
  ),
  "etc/mtab": "/proc/self/mounts",
  "etc/resolv.conf": "/run/resolv.conf",
  "var/run": "/run",
  "var/lock": "/run/lock",
};
