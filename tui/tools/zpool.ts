import { type Command, settings } from "./command.ts";

type Properties = Readonly<Record<string, string>>;

/** A top-level vdev; "stripe" is one device by itself. */
interface NewVdev {
  readonly kind: string;
  readonly devices: readonly string[];
}

/**
 * Creates a pool that is mounted nowhere by itself.
 * With `encryption` among rootProperties and `keylocation=prompt`, the passphrase is read from stdin (one line).
 *
 * Runs    zpool create -f -R ROOT -o ashift=12 … -O compression=zstd … POOL mirror DEVICE DEVICE
 * Source  zpool-create(8), OpenZFS 2.3. -R sets cachefile=none as well
 */
export function createPool(
  pool: string,
  root: string,
  vdevs: readonly NewVdev[],
  poolProperties: Properties,
  rootProperties: Properties,
): Command {
  return [
    "zpool",
    "create",
    // The devices were wiped before. Without -f zpool refuses mirrors of disks that differ in size.
    "-f",
    "-R",
    root,
    ...settings("-o", poolProperties),
    ...settings("-O", rootProperties),
    pool,
    ...vdevs.flatMap(({ kind, devices }) => (kind === "stripe" ? devices : [kind, ...devices])),
  ];
}

/** Removes the four labels of a former pool member, two of them at the end of the device. Fails where there are none. */
export function clearLabels(device: string): Command {
  return ["zpool", "labelclear", "-f", device];
}

export function exportPool(pool: string): Command {
  return ["zpool", "export", pool];
}

/** Sets the text that every member's label carries: it can be read without importing the pool. */
export function commentPool(pool: string, comment: string): Command {
  return ["zpool", "set", `comment=${comment}`, pool];
}

/** Writes /etc/hostid, over what is there. Source zgenhostid(8). */
export function setHostId(hostId: string): Command {
  return ["zgenhostid", "-f", hostId];
}
