import * as fc from "fast-check";
import { GiB, KiB, MiB, TiB } from "../../../tui/base/bytes.ts";
import type { Holder, Machine } from "../../../tui/machine/machine.ts";
import type { Choices, DatasetChoice, LayoutChoices } from "../../../tui/plan/choices.ts";
import { compatibilities } from "../../../tui/plan/compatibility.ts";
import { checksums } from "../../../tui/plan/property-values.ts";
import { vdevKinds } from "../../../tui/plan/vdev.ts";
import { blankDisk, choicesFor, recorded } from "./example.ts";

/** Random machines and what a person could choose on them: for properties that hold for all of them. */

export const size = fc.oneof(
  fc.integer({ min: 1 * GiB, max: 64 * GiB }),
  fc.integer({ min: 64 * GiB, max: 32 * TiB }),
);

const dataset: fc.Arbitrary<DatasetChoice> = fc.record({
  name: fc.constantFrom("root", "nix", "a/b/c", "a", "db", "bad name", ""),
  mountpoint: fc.constantFrom(null, "/", "/nix", "/home", "/var/lib/db", "/boot", "home"),
  properties: fc.constantFrom(
    {},
    { recordsize: "16k" },
    { "com.example:backup": "no" },
    { mountpoint: "/x" },
  ),
  refreservation: fc.constantFrom(null, "auto" as const, GiB, 64 * TiB),
  snapshot: fc.constantFrom(null, "blank", "not one"),
});

const layout: fc.Arbitrary<LayoutChoices> = fc.record({
  vdev: fc.constantFrom(...vdevKinds),
  groupWidth: fc.constantFrom(null, null, null, 2, 3, 4, 0),
  spares: fc.constantFrom(0, 0, 0, 1, 2),
  pool: fc.constantFrom("rpool", "rpool", "tank", "mirror", "1st", ""),
  preset: fc.constantFrom("simple" as const, "server" as const, "impermanence" as const),
  datasets: fc.option(fc.array(dataset, { maxLength: 4 }), { freq: 4 }),
  encryption: fc.constantFrom("none", "none", "native", "luks", "native-key-file" as const),
  keyFile: fc.constantFrom(null, null, { uuid: "KEY-1", path: "/rpool.key" }),
  remoteUnlock: fc.constantFrom(
    null,
    null,
    { authorizedKeys: [], port: 22 },
    { authorizedKeys: ["ssh-ed25519 A"], port: 2222 },
  ),
  swap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 64 * GiB })),
  zram: fc.boolean(),
  espSize: fc.oneof(fc.constant(GiB), fc.integer({ min: 0, max: 8 * GiB })),
  freePercent: fc.constantFrom(0, 1, 10, 60),
  discard: fc.boolean(),
  bootLoader: fc.constantFrom("grub", "grub", "systemd-boot" as const),
  ashift: fc.constantFrom("auto" as const, "auto" as const, 9, 12, 13, 17),
  autotrim: fc.constantFrom("auto" as const, "on" as const, "off" as const),
  compression: fc.constantFrom(
    "zstd" as const,
    "zstd-3" as const,
    "lz4" as const,
    "gzip-9" as const,
    "off" as const,
  ),
  checksum: fc.constantFrom(...checksums),
  copies: fc.constantFrom(1, 1, 2, 3),
  compatibility: fc.constantFrom("auto", "auto", "off", ...compatibilities),
  arcLimit: fc.constantFrom(null, null, GiB, MiB),
});

const holder: fc.Arbitrary<Holder> = fc
  .record({
    kind: fc.constantFrom("md" as const, "crypt" as const, "lvm" as const, "swap" as const),
    name: fc.constantFrom("one", "two"),
    level: fc.constantFrom(1, 2, 3),
  })
  .map(({ kind, name, level }) => ({ kind, name, level, path: `/dev/mapper/${kind}-${name}` }));

/** A machine of up to eight disks, some in use, and choices on it that a person could make. */
export const situation = fc
  .record({
    disks: fc.array(
      fc.record({
        size: size.map((bytes) => Math.floor(bytes / (4 * KiB)) * 4 * KiB),
        sector: fc.constantFrom(512, 4096),
        rotational: fc.boolean(),
        inUse: fc.constantFrom(null, null, null, null, "mounted at /data"),
        holders: fc.oneof(
          { weight: 4, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: fc.array(holder, { maxLength: 2 }) },
        ),
        hasKey: fc.boolean(),
        chosen: fc.constantFrom(true, true, false),
      }),
      { maxLength: 8 },
    ),
    firmware: fc.constantFrom("uefi" as const, "uefi" as const, "bios" as const),
    zfsVersion: fc.constantFrom(null, "0.8.6", "2.1.5", "2.2.7", "2.3.4", "2.4.0"),
    // Half of the machines get what is likely to be right, so that there are plans to look at.
    layout: fc.oneof(
      layout,
      fc.record({
        vdev: layout.map(({ vdev }) => vdev),
        spares: fc.constantFrom(0, 1),
        swap: fc.constantFrom(0, GiB),
        encryption: fc.constantFrom("none" as const, "native" as const, "luks" as const),
      }),
    ),
  })
  .map(({ disks, firmware, layout, zfsVersion }): { machine: Machine; choices: Choices } => {
    const key = recorded("windows-laptop").disks[0]!.contents.find(({ type }) => type === "vfat")!;
    const made = disks.map(({ size, sector, rotational, inUse, holders, hasKey }, index) => {
      const name = `vd${String.fromCharCode(97 + index)}`;
      return blankDisk(name, size, {
        rotational,
        inUse,
        holders,
        logicalSector: sector,
        physicalSector: 4096,
        contents: hasKey ? [{ ...key, uuid: "KEY-1", path: `/dev/${name}1`, number: 1 }] : [],
      });
    });
    const machine = { ...recorded("no-disks"), disks: made, firmware };
    const chosen = made.filter((_, index) => disks[index]?.chosen).map(({ path }) => path);
    const choices = choicesFor(machine, { disks: chosen, layout });
    return { machine, choices: { ...choices, flake: { ...choices.flake, zfsVersion } } };
  });
