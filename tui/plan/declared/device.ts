/** By what a flake finds a partition: the partition is made to carry it. */
export interface Marks {
  /** Of the partition. */
  readonly partLabel?: string;
  readonly partGuid?: string;
  /** Of the file system (or swap) in it. */
  readonly label?: string;
  readonly uuid?: string;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const volumeId = /^[0-9a-f]{4}-[0-9a-f]{4}$/i;

/**
 * What a new partition needs so that it is found under this name; else why that cannot be, to go on after the name.
 *
 * Source  udev's 60-persistent-storage.rules; a FAT volume id is shown as XXXX-XXXX, its label has at most 11 characters
 */
export function marksOf(
  device: string | null,
  label: string | null,
  type: "vfat" | "swap",
): Marks | { readonly reason: string } {
  const [, kind, encoded = ""] =
    /^\/dev\/disk\/by-(label|uuid|partlabel|partuuid)\/(.+)$/.exec(device ?? "") ?? [];
  if (label !== null || kind === "label") return withLabel(label ?? decoded(encoded), type);
  switch (kind) {
    case "partlabel": {
      const name = decoded(encoded);
      return name.length <= 36 ? { partLabel: name } : { reason: "a partition's label has 36 characters" };
    }
    case "partuuid":
      return guid.test(encoded)
        ? { partGuid: encoded.toLowerCase() }
        : { reason: "that is not the GUID of a GPT partition" };
    case "uuid": {
      const fits = (type === "vfat" ? volumeId : guid).test(encoded);
      return fits
        ? { uuid: encoded }
        : { reason: `that is not the UUID of a ${type === "vfat" ? "FAT file system" : "swap area"}` };
    }
    default:
      return { reason: "another disk may have that name at the next boot" };
  }
}

function withLabel(label: string, type: "vfat" | "swap"): ReturnType<typeof marksOf> {
  const most = type === "vfat" ? 11 : 15;
  return label.length <= most
    ? { label }
    : { reason: `a label of ${type === "vfat" ? "FAT" : "swap"} has at most ${most} characters` };
}

/** udev writes what is special in a link's name as \x20. */
function decoded(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
