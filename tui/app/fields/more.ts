import { formatBytes, GiB, MiB } from "../../base/bytes.ts";
import { compatibilities, compatibilityOf } from "../../plan/compatibility.ts";
import { choice, type Field, type FieldChoice, simpleField } from "./field.ts";

/** The fields of the second page: what most people never change. */

const sizes = (values: readonly number[], note: string): FieldChoice[] =>
  values.map((size) => choice(String(size), formatBytes(size), note));

const bytes = (value: string) => formatBytes(Number(value));

const compatibility = simpleField("Compatibility", "compatibility", [
  choice("auto", "auto", "what the flake's zfs can read"),
  choice("off", "off", "every feature of the zfs that runs here"),
  ...compatibilities.toReversed().map((name) => choice(name, name, "")),
]);

export const fieldsMore = {
  compression: simpleField("Compression", "compression", [
    choice("zstd", "zstd", "smaller, for most machines"),
    choice("lz4", "lz4", "faster, for old CPUs and very fast disks"),
    choice("zstd-9", "zstd-9", "smaller still, and slower to write"),
    choice("gzip", "gzip", "what it once was: slower than zstd, and larger"),
    choice("off", "off", "no compression"),
  ]),
  checksum: simpleField("Checksums", "checksum", [
    choice("on", "on", "fletcher4: fast, finds what disks get wrong"),
    choice("sha256", "sha256", "cannot be forged; slower"),
    choice("blake3", "blake3", "cannot be forged; fast; needs zfs 2.2"),
    choice("skein", "skein", "cannot be forged"),
  ]),
  copies: simpleField(
    "Copies",
    "copies",
    [
      choice("1", "1", "of every block, beside the disks' redundancy"),
      choice("2", "2", "half fits; bad sectors can be repaired"),
      choice("3", "3", "a third fits"),
    ],
    { read: Number },
  ),
  ashift: simpleField(
    "Sector size",
    "ashift",
    [
      choice("auto", "auto", "4096 bytes, more where the disks have more"),
      choice("12", "4096", "ashift=12"),
      choice("13", "8192", "ashift=13, for some flash"),
      choice("9", "512", "ashift=9; slow on disks that only claim them"),
    ],
    { read: (value) => (value === "auto" ? value : Number(value)), words: (value) => `ashift ${value}` },
  ),
  autotrim: simpleField("Trim", "autotrim", [
    choice("auto", "auto", "on where there is flash"),
    choice("on", "on", "flash is told at once what is free"),
    choice("off", "off", "NixOS does it once a week"),
  ]),
  compatibility: {
    ...compatibility,
    told: (model) => {
      const [title, note] = compatibility.told(model);
      const { layout, flake } = model.answers;
      const isKnown = layout.compatibility === "auto" && flake.zfsVersion !== null;
      return [
        title,
        isKnown
          ? `${compatibilityOf(layout, flake.zfsVersion)}, as the flake has zfs ${flake.zfsVersion}`
          : note,
      ];
    },
  },
  discard: simpleField(
    "Discard first",
    "discard",
    [
      choice("false", "no", "old blocks stay until they are written over"),
      choice("true", "yes", "flash forgets all it holds before the first write"),
    ],
    { read: (value) => value === "true" },
  ),
  free: simpleField(
    "Kept free",
    "freePercent",
    [0, 1, 5, 10, 20].map((percent) =>
      choice(String(percent), `${percent} %`, "of each disk, 512 MiB at least"),
    ),
    { read: Number, words: (value) => `${value} %` },
  ),
  esp: simpleField("ESP", "espSize", sizes([512 * MiB, GiB, 2 * GiB, 4 * GiB], "on each disk, for kernels"), {
    read: Number,
    words: bytes,
    note: () => "on each disk, for kernels and boot loader",
  }),
  arc: simpleField(
    "ZFS cache",
    "arcLimit",
    [
      choice("null", "ZFS's own", "all memory but 1 GiB at most"),
      ...sizes(
        [512 * MiB, 1, 2, 4, 8, 16, 32].map((size) => (size > 64 ? size : size * GiB)),
        "at most",
      ),
    ],
    { read: (value) => (value === "null" ? null : Number(value)), words: bytes },
  ),
  zram: simpleField(
    "zram",
    "zram",
    [choice("true", "yes", "swap in compressed memory"), choice("false", "no", "")],
    { read: (value) => value === "true" },
  ),
} satisfies Readonly<Record<string, Field>>;
