import type { GroupName } from "./lock.ts";

/** Packages asked for by name, and what apt is told is there already. */
export interface Group {
  readonly seeds: readonly string[];
  /** Never taken, though apt solves for them: what a package needs only when it is really installed. */
  readonly without: readonly string[];
}

/** Maintainer scripts never run here, so what only they need is not taken. */
const installersOnly = [
  "adduser", "debconf", "debianutils", "dpkg", "init-system-helpers", "initramfs-tools", "linux-base", "lsb-base",
  "lsb-release", "perl", "perl-base", "perl-modules-5.40", "libperl5.40", "python3", "python3-dbus", "python3-minimal",
  "libpython3-stdlib", "runit-helper", "sensible-utils", "sysuser-helper", "systemd", "systemd-sysv",
  "systemd-standalone-sysusers", "ucf", "libdbd-sqlite3-perl", "libwww-curl-perl", "liberror-perl",
]; // biome-ignore format: one name a line would be a page

/** The host programs that make the image, so that its bytes do not depend on the host's versions. */
const tools = ["binutils", "kmod", "squashfs-tools", "xz-utils", "zstd"];

/** What compiles the ZFS module, in a chroot of its own. */
const toolchain = [
  "bash", "binutils", "coreutils", "dash", "diffutils", "findutils", "gawk", "gcc-14", "grep", "gzip", "hostname",
  "libc6-dev", "linux-headers-amd64", "make", "sed", "tar", "xz-utils", "zfs-dkms",
]; // biome-ignore format: as above

/** What the demo system of test/fixtures needs beside the image's own packages. */
const fixture = [
  "bash", "busybox-static", "coreutils", "grub-common", "grub-efi-amd64-bin", "grub-pc-bin", "grub2-common",
  "iproute2", "kmod", "mount", "openssh-server", "systemd-boot-efi", "udev", "util-linux", "zfsutils-linux",
]; // biome-ignore format: as above

/** The groups of the lock; the image's own seeds are told by image/packages.ts. */
export function groupsWith(imageSeeds: readonly string[]): Readonly<Record<GroupName, Group>> {
  return {
    image: { seeds: imageSeeds, without: installersOnly },
    // pahole would make debug type data (BTF) of the module; the kernel image is 100 MB that headers merely name.
    toolchain: {
      seeds: toolchain,
      without: [...installersOnly, "dkms", "file", "kmod", "libkmod2", "pahole", "linux-image-*"],
    },
    tools: { seeds: tools, without: installersOnly },
    fixture: { seeds: fixture, without: installersOnly },
  };
}
