import type { Issue } from "../../base/errors.ts";
import type { Declared, DeclaredFileSystem } from "../evaluated.ts";
import { poolNameProblem } from "../names.ts";
import type { Dataset } from "../step.ts";
import { declaredDatasets } from "./datasets.ts";
import type { Marks } from "./device.ts";
import { espsOf, isEsp, swapOf } from "./fit-partitions.ts";

/** What has to be made so that a host finds all that it declares. */
export interface Fit {
  readonly pool: string;
  readonly datasets: readonly Dataset[];
  /** File systems in RAM, "/" of an impermanent host for one: mounted for the installation as well. */
  readonly inRam: readonly string[];
  /** In the order of the disks: that of the boot loader first. */
  readonly esps: readonly { readonly mountPoint: string; readonly marks: Marks }[];
  readonly swap: readonly { readonly marks: Marks; readonly isRandom: boolean }[];
}

/** What to make for the file systems and swap that a host declares; and, in words, what cannot be made here. */
export function fitOf(declared: Declared): { fit: Fit | null; issues: Issue[] } {
  const entries = declared.fileSystems.filter((entry) => !isElsewhere(entry));
  const onZfs = entries.filter(({ fsType }) => fsType === "zfs");
  const root = entries.find(({ mountPoint }) => mountPoint === "/");
  const inRam = entries.filter(({ fsType }) => fsType === "tmpfs").map(({ mountPoint }) => mountPoint);
  const esps = espsOf(declared, entries);
  const swap = swapOf(declared);
  const { pool, problems } = poolOf(onZfs);
  const all: string[] = [
    ...rootProblems(root, onZfs),
    ...problems,
    ...entries.flatMap(strangeProblem),
    ...bootProblem(onZfs),
    ...esps.problems,
    ...swap.problems,
  ];
  const issues = all.map((message): Issue => ({ where: "flake.host", message, severity: "error" }));
  if (pool === null || issues.length > 0) return { fit: null, issues };
  return {
    fit: { pool, datasets: declaredDatasets(pool, onZfs), inRam, esps: esps.found, swap: swap.found },
    issues: declared.fileSystems.flatMap(leftOut),
  };
}

const network = /^(nfs4?|cifs|smb3|9p|virtiofs|ceph|glusterfs|fuse\..*|fuse|sshfs|davfs|overlay|none|auto)$/;
const isLater = ({ options }: DeclaredFileSystem) =>
  options.some((one) => one === "nofail" || one === "noauto");

/** Not made here: binds of what is mounted, what comes over the network, and what the machine can start without. */
function isElsewhere(entry: DeclaredFileSystem): boolean {
  const { options, fsType } = entry;
  if (options.some((one) => one === "bind" || one === "rbind" || one === "_netdev")) return true;
  return network.test(fsType) || (isLater(entry) && !isEsp(entry));
}

function leftOut(entry: DeclaredFileSystem): Issue[] {
  if (!isLater(entry) || isEsp(entry) || network.test(entry.fsType)) return [];
  const message = `${entry.mountPoint} (${entry.device ?? entry.fsType}) may be missing at boot and is not made here.`;
  return [{ where: "flake.host", message, severity: "warning" }];
}

function rootProblems(root: DeclaredFileSystem | undefined, onZfs: readonly DeclaredFileSystem[]): string[] {
  if (!root) return ["The host declares file systems, but none for /. Declare it, or declare none at all."];
  if (root.fsType === "zfs") return [];
  const hasStore = onZfs.some(({ mountPoint }) => mountPoint === "/nix" || mountPoint === "/nix/store");
  if (root.fsType === "tmpfs")
    return hasStore
      ? []
      : [
          "/ is in RAM, and /nix is on no dataset: nothing would be there at the next boot. Declare /nix on ZFS.",
        ];
  return [
    `The root file system is ${root.fsType}, and only ZFS is made here. Declare it on ZFS, remove all file systems from the host so that a layout is added, or describe the disks by disko.`,
  ];
}

function poolOf(onZfs: readonly DeclaredFileSystem[]): { pool: string | null; problems: string[] } {
  const names = [...new Set(onZfs.map(({ device }) => (device ?? "").split("/")[0] ?? ""))];
  const whole = onZfs.find(({ device }) => device !== null && !device.includes("/"));
  const [pool = ""] = names;
  if (onZfs.length === 0) return { pool: null, problems: [] };
  const nameProblem = poolNameProblem(pool);
  return {
    pool,
    problems: [
      ...(names.length > 1
        ? [
            `The host mounts file systems of the pools ${names.join(" and ")}, and one pool is made here. Give those of the other the option nofail, and make it after the installation.`,
          ]
        : []),
      ...(nameProblem ? [`The pool ${pool} that the host declares: ${nameProblem}`] : []),
      ...(whole
        ? [
            `${whole.mountPoint} is the pool ${whole.device} itself. Give it a dataset of its own, ${whole.device}/root for instance.`,
          ]
        : []),
    ],
  };
}

function strangeProblem(entry: DeclaredFileSystem): string[] {
  const { fsType, mountPoint, device, label } = entry;
  if (mountPoint === "/" || isEsp(entry) || ["zfs", "tmpfs", "ramfs"].includes(fsType)) return [];
  const source = device ?? (label === null ? "" : `label ${label}`);
  return [
    `${mountPoint} is ${fsType}${source ? ` on ${source}` : ""}, and only ZFS, ESPs and swap are made here. Declare it on ZFS, or give it the option nofail and make it after the installation.`,
  ];
}

function bootProblem(onZfs: readonly DeclaredFileSystem[]): string[] {
  return onZfs.some(({ mountPoint }) => mountPoint === "/boot")
    ? [
        "/boot is a dataset, and no boot loader can read a pool with these features. Put /boot on an ESP (vfat).",
      ]
    : [];
}
