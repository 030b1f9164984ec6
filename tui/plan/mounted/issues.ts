import type { Issue } from "../../base/errors.ts";
import type { Machine, MountedFileSystem } from "../../machine/machine.ts";
import type { Choices } from "../choices.ts";
import { error, problem } from "../issue.ts";
import { hostIdProblem, hostnameProblem } from "../names.ts";
import { onTarget, storeAmong, targetRoot } from "../target.ts";
import { espOf } from "./facts.ts";

/** File systems that cannot hold a NixOS: no links, no owners, or nothing can be written. */
const unfit = /^(vfat|msdos|exfat|ntfs3?|fuseblk|iso9660|udf|squashfs|erofs|9p)$/;

/** What is wrong with what is mounted, as a place for a system. */
export function mountedIssues(machine: Machine, choices: Choices): Issue[] {
  const all = machine.mounted?.fileSystems ?? [];
  const root = all.find(({ place }) => place === "/");
  if (!root)
    return [
      error(
        "target",
        `Nothing is mounted at ${targetRoot}. Mount the file systems of the new system there, then look again.`,
      ),
    ];
  const { hostname, hostId } = choices.system;
  return [
    ...(unfit.test(root.type)
      ? [error("target", `${root.source} at ${targetRoot} is ${root.type}: NixOS cannot live on it.`)]
      : []),
    ...storeIssues(all),
    ...all.filter(({ options }) => options.includes("ro")).map(readOnly),
    ...bootIssues(machine, choices),
    ...problem("system.hostname", hostname === null ? null : hostnameProblem(hostname)),
    ...problem("system.hostId", hostIdProblem(hostId)),
  ];
}

/** / may be in RAM, where what has to last is elsewhere. */
function storeIssues(all: readonly MountedFileSystem[]): Issue[] {
  const store = storeAmong(all, ({ place }) => place);
  if (!store || !["tmpfs", "ramfs", "overlay"].includes(store.type)) return [];
  return [
    error(
      "target",
      `The store would be in RAM: what is mounted at ${targetRoot}${store.place} is ${store.type}. Mount a disk at ${targetRoot}/nix.`,
    ),
  ];
}

function readOnly({ place, source }: MountedFileSystem): Issue {
  const path = onTarget(place);
  return error("target", `${source} is mounted read-only at ${path}: mount -o remount,rw ${path}`);
}

/** Where the host leaves boot loader and mounts to what is generated, that has to be there. */
function bootIssues(machine: Machine, { flake }: Choices): Issue[] {
  const { mounted, firmware } = machine;
  const isOurs = flake.evaluated?.way.kind === "generated";
  if (!isOurs || firmware === "bios" || espOf(mounted?.fileSystems ?? [])) return [];
  return [
    error(
      "target",
      `No ESP is mounted, and the host declares none: mount the FAT partition of the boot loader at ${targetRoot}/boot.`,
    ),
  ];
}
