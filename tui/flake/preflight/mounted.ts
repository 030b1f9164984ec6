import type { MountedFileSystem } from "../../machine/machine.ts";
import type { DeclaredFileSystem } from "../../plan/evaluated.ts";
import type { Expected } from "../../plan/expected.ts";
import { onTarget } from "../../plan/target.ts";
import type { Finding } from "../facts.ts";
import { error, ok, warning } from "./finding.ts";
import type { Target } from "./target.ts";

/** Whether the host will find, at its next boot, what is mounted at /mnt now. */
export function mountedFindings({ mounted }: Expected, target: Target): Finding[] {
  if (!mounted) return [];
  const declared = target.fileSystems.map((one) => ({
    ...one,
    mountPoint: one.mountPoint.replace(/(.)\/+$/, "$1"),
  }));
  const findings = [
    ...declared.flatMap((one) => problemOf(one, mounted) ?? []),
    ...loaderFinding(target, mounted),
    ...mounted
      .filter(({ place }) => !declared.some(({ mountPoint }) => mountPoint === place))
      .map(({ place, source }) =>
        warning(
          `${source} is mounted at /mnt${place}, and the host does not declare it: it stays out at the next boot.`,
        ),
      ),
  ];
  if (findings.some(({ level }) => level === "error")) return findings;
  return [ok(`The host's file systems are those at /mnt: ${places(declared)}.`), ...findings];
}

function places(declared: readonly DeclaredFileSystem[]): string {
  return declared.map(({ mountPoint }) => mountPoint).join(" ");
}

/** The boot loader goes where the host says, and that has to be a file system of its own by then. */
function loaderFinding({ loader }: Target, mounted: readonly MountedFileSystem[]): Finding[] {
  const { espMount } = loader;
  if (!(loader.systemdBoot || (loader.grub && loader.grubEfi))) return [];
  if (mounted.some(({ place, type }) => place === espMount && type === "vfat")) return [];
  return [
    error(
      `The boot loader goes to ${espMount}, and no ESP is mounted at /mnt${espMount}. Mount it there, then check again.`,
    ),
  ];
}

function problemOf(declared: DeclaredFileSystem, mounted: readonly MountedFileSystem[]): Finding | null {
  const { mountPoint, fsType, options } = declared;
  const isLater = options.some((option) => ["bind", "rbind", "noauto", "nofail"].includes(option));
  const here = mounted.find(({ place }) => place === mountPoint);
  if (isLater || (fsType === "tmpfs" && !here)) return null;
  const path = onTarget(mountPoint);
  if (!here)
    return error(
      `The host has ${nameOf(declared)} at ${mountPoint}, and nothing is mounted at ${path}. Mount it, then check again.`,
    );
  if (fsType !== "auto" && fsType !== here.type)
    return error(
      `The host has ${fsType} at ${mountPoint}, and what is mounted at ${path} is ${here.type}. Change one of them.`,
    );
  const name = mismatch(declared, here);
  if (name)
    return error(
      `The host looks for ${nameOf(declared)} at ${mountPoint}, and what is mounted at ${path} is ${name}. Change one of them.`,
    );
  if (fsType !== "zfs") return null;
  const wantsOwn = options.includes("zfsutil");
  if (wantsOwn === (here.ownPlace !== null)) return null;
  return error(
    wantsOwn
      ? `The host mounts ${here.source} with zfsutil, and its mountpoint is legacy: zfs set mountpoint=${mountPoint} ${here.source}, or leave zfsutil out.`
      : `The host mounts ${here.source} without zfsutil, and it has the mountpoint ${here.ownPlace}: zfs set mountpoint=legacy ${here.source}, or add zfsutil.`,
  );
}

function nameOf({ device, label, fsType }: DeclaredFileSystem): string {
  return device ?? (label ? `the label ${label}` : fsType);
}

/** What is mounted, by the kind of name that the host uses; null where it is the same, or cannot be told from here. */
function mismatch({ device, label, fsType }: DeclaredFileSystem, here: MountedFileSystem): string | null {
  if (fsType === "tmpfs") return null;
  if (fsType === "zfs") return device === here.source ? null : here.source;
  const [, kind, name = ""] =
    /^\/dev\/disk\/by-(uuid|label|partuuid|partlabel)\/(.+)$/.exec(device ?? "") ?? [];
  const wanted = name.replace(/\\x([0-9a-f]{2})/gi, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const own = { uuid: here.uuid, label: here.label, partuuid: here.partUuid, partlabel: here.partLabel };
  if (kind) {
    const value = own[kind as keyof typeof own];
    return value?.toLowerCase() === wanted.toLowerCase() ? null : `${kind} ${value ?? "none"}`;
  }
  if (!device && label) return label === here.label ? null : `label ${here.label ?? "none"}`;
  return device?.startsWith("/dev/mapper/") && device !== here.source ? here.source : null;
}
