/** What a member's label says of its pool. */
export interface PoolLabel {
  readonly name: string;
  /** Decimal, as zpool prints it. */
  readonly guid: string;
  /** The host that had the pool last; null when it was never told. */
  readonly host: string | null;
  readonly isExported: boolean;
  /** The pool's property of that name; null when it has none. */
  readonly comment: string | null;
}

/** A label is 256 KiB; the description is an nvlist of at most 112 KiB at 16 KiB. */
export const labelSize = 256 * 1024;
const nvlistAt = 16 * 1024;
const nvlistEnd = nvlistAt + 112 * 1024;

/** Where the four labels of a device are: two in front, two at the end of its last whole 256 KiB. */
export function labelOffsets(deviceSize: number): number[] {
  const end = Math.floor(deviceSize / labelSize) * labelSize;
  return [0, labelSize, end - 2 * labelSize, end - labelSize].filter((offset) => offset >= 0);
}

/**
 * Reads one label. Null where there is none, or a broken one: this is data of unknown disks, it never throws.
 * Read here since `zdb` is not in the image and `zpool import` says nothing of the host.
 *
 * Source  OpenZFS vdev_impl.h (vdev_label_t), nvpair.c (XDR encoding), spa.h (POOL_STATE_EXPORTED)
 */
export function parsePoolLabel(label: Uint8Array): PoolLabel | null {
  const list = label.subarray(nvlistAt, nvlistEnd);
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  try {
    // Encoding 1 is XDR: everything after these four bytes is big-endian.
    if (view.getUint8(0) !== 1) return null;
    const pairs = new Map(readPairs(view, list));
    const name = pairs.get("name");
    const guid = pairs.get("pool_guid");
    const host = pairs.get("hostname");
    const comment = pairs.get("comment");
    if (typeof name !== "string" || typeof guid !== "bigint") return null;
    return {
      name,
      guid: String(guid),
      // An initrd may have no name yet: what uname tells then is "(none)".
      host: typeof host === "string" && host !== "" && host !== "(none)" ? host : null,
      isExported: pairs.get("state") === 1n,
      comment: typeof comment === "string" && comment !== "" ? comment : null,
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The pairs of the outermost list that are numbers or strings; others are stepped over. */
function* readPairs(view: DataView, bytes: Uint8Array): Generator<[string, string | bigint]> {
  const uint64 = 8;
  const string = 9;
  const text = (at: number) => new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + view.getUint32(at)));
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  // Four bytes of header, then version and flags of the list.
  for (let at = 12; ; ) {
    const size = view.getUint32(at);
    if (size < 20) return;
    const value = at + 12 + padded(view.getUint32(at + 8)) + 8;
    const type = view.getUint32(value - 8);
    if (type === uint64) yield [text(at + 8), view.getBigUint64(value)];
    if (type === string) yield [text(at + 8), text(value)];
    at += size;
  }
}
