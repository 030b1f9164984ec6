import type { Layout } from "../layout.ts";
import { nixString, nixStrings } from "../nix-text.ts";

/** The device with the pool's key, mounted in the initrd where the pool's keylocation looks for it. */
export function keyFileSections({ key, pool }: Layout): string[] {
  if (key === null) return [];
  const service = `zfs-import-${pool.name}.service`;
  return [
    `# The key of the pool is a file on another device. Without that device the machine does not start.
boot.initrd.supportedFilesystems = ${nixStrings([key.type])};
boot.initrd.systemd.mounts = [
  {
    what = ${nixString(key.device)};
    where = ${nixString(key.directory)};
    type = ${nixString(key.type)};
    options = "ro";
    wantedBy = [ ${nixString(service)} ];
    before = [ ${nixString(service)} ];
    unitConfig.DefaultDependencies = false;
  }
];`,
  ];
}
