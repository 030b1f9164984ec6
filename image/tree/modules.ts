import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, posix } from "node:path";
import { UserError } from "../../tui/base/errors.ts";
import { cached } from "../cache.ts";
import type { RunTool } from "../tools.ts";
import type { ModuleGroup } from "../tree-spec.ts";

/** Kernel modules laid out below a directory, as "lib/modules/RELEASE/…", with depmod's indexes. */
export interface KernelModules {
  readonly directory: string;
  readonly release: string;
  /** Paths below lib/modules/RELEASE, each with the purpose of the group that it came in with. */
  readonly purposes: Readonly<Record<string, string>>;
  /** Firmware files that the modules may ask for, below /lib/firmware, each with the module's name. */
  readonly firmware: Readonly<Record<string, string>>;
}

export interface ModuleInputs {
  /** The unpacked image group: holds the kernel package. */
  readonly root: string;
  /** The directory of spl.ko and zfs.ko. */
  readonly zfs: string;
  readonly groups: readonly ModuleGroup[];
  readonly tools: RunTool;
}

/**
 * Collects modules with everything they depend on. They are stored unpacked: the squashfs compresses them as well.
 * Throws UserError, when a module is neither a file of the kernel's nor built into it.
 */
export async function kernelModules({ root, zfs, groups, tools }: ModuleInputs): Promise<KernelModules> {
  const [release, ...others] = await readdir(join(root, "usr/lib/modules"));
  if (!release || others.length > 0) throw new Error(`not one kernel in ${root}/usr/lib/modules`);
  const place = await cached("modules", { version: 1, release, root, zfs, groups }, async (directory) => {
    const collected = await collect(
      { root, zfs, groups, tools },
      release,
      join(directory, "lib/modules", release),
    );
    await tools("usr/bin/kmod", ["-b", directory, release], "depmod");
    await writeFile(join(directory, "collected.json"), JSON.stringify(collected));
  });
  return { directory: place, release, ...JSON.parse(await readFile(join(place, "collected.json"), "utf8")) };
}

async function collect({ root, zfs, groups, tools }: ModuleInputs, release: string, to: string) {
  const from = join(root, "usr/lib/modules", release);
  const files = new Map<string, { source: string; path: string }>();
  for (const file of await readdir(join(from, "kernel"), { recursive: true })) {
    if (/\.ko(\.xz)?$/.test(file)) {
      files.set(moduleName(file), { source: join(from, "kernel", file), path: posix.join("kernel", file) });
    }
  }
  for (const file of await readdir(zfs))
    files.set(moduleName(file), { source: join(zfs, file), path: `extra/${file}` });
  const builtin = (await readFile(join(from, "modules.builtin"), "utf8")).split("\n").map(moduleName);

  const purposes: Record<string, string> = {};
  const firmware: Record<string, string> = {};
  const seen = new Set(builtin);
  let wanted = groups.flatMap((group) =>
    group.modules.map((name) => ({ name, purpose: group.purpose, optional: false })),
  );
  while (wanted.length > 0) {
    // In rounds: each unpacks its modules with one run of xz, and their own information names those of the next.
    const round = wanted.filter(({ name }) => !seen.has(name) && seen.add(name));
    wanted = [];
    const copies: { path: string; purpose: string }[] = [];
    for (const { name, purpose, optional } of round) {
      const file = files.get(name);
      if (file) copies.push({ path: await copyInto(to, file), purpose });
      else if (!optional) throw unknownModule(name, release);
    }
    const packed = copies.map(({ path }) => join(to, path)).filter((path) => path.endsWith(".xz"));
    if (packed.length > 0) await tools("usr/bin/xz", ["--decompress", ...packed]);
    for (const { path: packedPath, purpose } of copies) {
      const path = packedPath.replace(/\.xz$/, "");
      const information = readModuleInformation(await readFile(join(to, path)));
      purposes[path] = purpose;
      for (const file of information.firmware) firmware[file] ??= moduleName(path);
      wanted.push(...information.depends.map((name) => ({ name, purpose, optional: false })));
      wanted.push(...information.softDepends.map((name) => ({ name, purpose, optional: true })));
    }
  }
  const modules = Object.keys(purposes).map((path) => join(to, path));
  // The type data is for tracing programs; a third of a module's bytes.
  await tools("usr/bin/strip", ["--strip-debug", "--remove-section=.BTF", ...modules]);
  for (const name of ["modules.builtin", "modules.builtin.modinfo", "modules.order"]) {
    await copyFile(join(from, name), join(to, name));
  }
  return { purposes, firmware };
}

async function copyInto(to: string, { source, path }: { source: string; path: string }): Promise<string> {
  const copy = join(to, path);
  await mkdir(dirname(copy), { recursive: true });
  await rm(copy, { force: true });
  await copyFile(source, copy);
  return path;
}

function unknownModule(name: string, release: string): UserError {
  return new UserError(`The kernel ${release} has no module ${name}, which image/modules.ts names.`, {
    hint: "Look for its new name in the kernel package, or take it out of the list.",
  });
}

/** The name that modprobe knows a module file by: "kernel/fs/nls/nls_utf8.ko.xz" is nls_utf8, "dm-mod.ko" dm_mod. */
export function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.xz)?$/, "")
    .replaceAll("-", "_");
}

/**
 * What a module says of itself.
 * Source  linux/include/linux/module.h: strings "key=value" in the section .modinfo, each ended by a NUL
 */
export function readModuleInformation(module: Buffer) {
  const values = (key: string) =>
    [...module.toString("latin1").matchAll(new RegExp(`(?<![ -~])${key}=([ -~]*)`, "g"))].map(
      (match) => match[1]!,
    );
  const names = (text: string) =>
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(moduleName);
  return {
    depends: values("depends").flatMap(names),
    // "pre: crc32c post: other": what should be loaded with it where it is there.
    softDepends: values("softdep").flatMap((text) =>
      names(text).filter((name) => !/^(pre|post):$/.test(name)),
    ),
    firmware: values("firmware"),
  };
}
