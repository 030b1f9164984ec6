import type { Machine } from "../../machine/machine.ts";
import type { Declared } from "../evaluated.ts";
import type { Layout } from "../layout.ts";
import { nixString, nixStrings } from "../nix-text.ts";
import { partitionFor, partitionPath } from "../partition.ts";
import { bootSections } from "./boot.ts";
import { stageOneSections } from "./storage.ts";

/** What a host that declares its own file systems lacks on these disks: where its pool is found, ESPs, GRUB on each. */
export function declaredSections(
  machine: Machine,
  layout: Layout,
  { fileSystems, loader }: Declared,
): string[] {
  // Other boot loaders know one ESP, and that stays what the host says of it.
  const isEverywhere = loader.kind === "grub" || loader.kind === null;
  const named = fileSystems.map(({ mountPoint }) => mountPoint);
  const lacking = layout.disks.filter(
    ({ bootMount }, index) => !named.includes(bootMount) && (isEverywhere || index === 0),
  );
  const mounts = lacking.map(({ bootMount, partitions }) => {
    const device = partitionPath(partitionFor(partitions, "esp")?.guid ?? "");
    const options = ["umask=0077", "nofail", "x-systemd.device-timeout=15s"];
    return `fileSystems.${nixString(bootMount)} = {
  device = ${nixString(device)};
  fsType = "vfat";
  options = ${nixStrings(options)};
};`;
  });
  return [
    `# by-id is empty on disks without a serial number, by-uuid is one link for all members of a pool.
boot.zfs.devNodes = lib.mkDefault ${nixString(layout.pool.deviceDirectory)};
# The pool was made under this machine's hostId and exported: no force is needed, and none protects it.
boot.zfs.forceImportRoot = lib.mkDefault false;`,
    ...(mounts.length > 0 ? [`# ESPs that the host does not name.\n${mounts.join("\n")}`] : []),
    ...stageOneSections(layout, []),
    ...(isEverywhere ? bootSections(machine, layout) : []),
  ];
}
