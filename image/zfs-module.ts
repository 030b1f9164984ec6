import { copyFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ToolError, UserError } from "../tui/base/errors.ts";
import { exec } from "../tui/base/exec.ts";
import { cached } from "./cache.ts";
import type { Progress } from "./progress.ts";
import { type Lock, packagesOf, type SourceOptions, unpackGroup } from "./source/index.ts";

/**
 * The directory that holds spl.ko and zfs.ko, stripped of debug information, for the locked kernel.
 * Compiled in a chroot of unpacked packages, without root where the system lets users have namespaces, and kept by the
 * digests of that toolchain, which holds the kernel's headers and the ZFS source.
 * Throws UserError, when namespaces are forbidden; ToolError, when the compiler fails.
 */
export async function zfsModules(lock: Lock, options: SourceOptions): Promise<string> {
  const digests = packagesOf(lock, "toolchain")
    .map((entry) => entry.sha256)
    .sort();
  return cached(
    "zfs-modules",
    { version: 1, digests, script: buildScript("zfs", "kernel") },
    async (directory) => {
      const toolchain = await unpackGroup("toolchain", { ...options, lock });
      await options.progress.stage("zfs module", (note) => compile(toolchain, directory, note));
    },
  );
}

type Note = Parameters<Parameters<Progress["stage"]>[1]>[0];

async function compile(toolchain: string, directory: string, note: Note): Promise<void> {
  const chroot = join(directory, "chroot");
  note("laying out the compiler's file system");
  // Hard links: the build writes below /build only, and half a gigabyte need not be copied.
  await exec(["cp", "--archive", "--link", toolchain, chroot]);
  const sources = await readdir(join(chroot, "usr/src"));
  const source = sources.find((name) => /^zfs-\d/.test(name));
  const kernel = sources.map((name) => /^linux-headers-(.*-amd64)$/.exec(name)?.[1]).find(Boolean);
  if (!source || !kernel) throw new Error(`no ZFS source or no kernel headers in ${toolchain}`);
  // The headers' vmlinux holds nothing but BTF; with it the build asks for pahole, and configure
  // then reports its absence as "kernel was not built with CONFIG_MODULES".
  await rm(join(chroot, `usr/src/linux-headers-${kernel}/vmlinux`));
  for (const [name, target] of [
    ["awk", "gawk"],
    ["cc", "gcc-14"],
    ["gcc", "gcc-14"],
  ] as const) {
    await rm(join(chroot, "usr/bin", name), { force: true });
    await symlink(target, join(chroot, "usr/bin", name));
  }
  for (const name of ["dev", "proc", "build"]) await exec(["mkdir", "-p", join(chroot, name)]);
  await writeFile(join(chroot, "build/build.sh"), buildScript(source, kernel));
  await inChroot(chroot, note);
  for (const name of ["spl.ko", "zfs.ko"])
    await copyFile(join(chroot, "build/zfs/module", name), join(directory, name));
  await rm(chroot, { recursive: true });
}

async function inChroot(chroot: string, note: Note): Promise<void> {
  const namespaces = [
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]),
  ];
  const enter =
    'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh /build/build.sh';
  let objects = 0;
  try {
    await exec(["unshare", ...namespaces, "sh", "-c", enter, "sh", chroot], {
      onLine(line) {
        if (/^\s+(CC|AS)\b/.test(line)) objects++;
        note(objects ? `${objects} objects compiled` : line.slice(0, 80));
      },
    });
  } catch (cause) {
    if (!(cause instanceof ToolError) || !/unshare failed|Operation not permitted/.test(cause.stderr))
      throw cause;
    throw new UserError("This system lets no user make the namespaces in which the ZFS module is compiled.", {
      hint: "Run the build once as root, or allow it: sysctl kernel.apparmor_restrict_unprivileged_userns=0.",
      cause,
    });
  }
}

/** What is done inside. The path /build and the fixed names and times give the same bytes everywhere. */
function buildScript(source: string, kernel: string): string {
  return `set -e
export PATH=/usr/sbin:/usr/bin HOME=/ LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=0
export KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=dabei KBUILD_BUILD_HOST=dabei KBUILD_BUILD_VERSION=1
# Otherwise a dpkg that is not here is asked for it.
export DEB_BUILD_ARCH=amd64
umask 022
cp -r /usr/src/${source} /build/zfs
cd /build/zfs
./configure --with-config=kernel --with-linux=/usr/src/linux-headers-${kernel.replace(/-amd64$/, "-common")} \\
  --with-linux-obj=/usr/src/linux-headers-${kernel}
make -j"$(nproc)"
strip --strip-debug module/spl.ko module/zfs.ko
`;
}
