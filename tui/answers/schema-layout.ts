import * as z from "zod";
import type { Compression } from "../plan/choices.ts";
import { checksums, isCompression } from "../plan/property-values.ts";
import { secret, size, template, text } from "./schema-values.ts";

/** The `layout` section: what the layout screens offer. What does not go together is told by plan/check.ts. */

/** YAML makes numbers of quotas and record sizes; anything that is not one value is no property. */
const propertyValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "must be one value: a text, a number or true or false",
  })
  .transform(String);

const dataset = z.strictObject({
  name: text("must be a dataset's name below the pool").meta({
    description: "Its name below the pool; parents that are not named hold it and are mounted nowhere.",
    examples: ["safe/postgres"],
  }),
  mountpoint: z
    .string("must be a path")
    .nullable()
    .default(null)
    .meta({
      description: "Where the installed system mounts it; null for nowhere.",
      examples: ["/var/lib/postgresql"],
    }),
  properties: z
    .record(z.string(), propertyValue, "must be a section of ZFS properties")
    .default({})
    .meta({ description: "ZFS properties of it.", examples: [{ recordsize: "16k" }] }),
  refreservation: z
    .union([z.literal("auto"), size])
    .nullable()
    .default(null)
    .meta({ description: "Space kept for it; auto is 1 GiB, or 1/32 of a small pool." }),
  snapshot: z
    .string("must be a snapshot's name")
    .nullable()
    .default(null)
    .meta({ description: "A snapshot to take while it is empty.", examples: ["blank"] }),
});

const keyFile = z.strictObject({
  uuid: text("must be the UUID of a file system").meta({
    description: "UUID of a file system on a disk that is not chosen.",
    examples: ["6A3B-12FE"],
  }),
  path: text("must be a path").meta({
    description: "The key in it: 32 bytes, made if the file is missing.",
    examples: ["/rpool.key"],
  }),
});

const remoteUnlock = z.strictObject({
  authorizedKeys: z
    .array(text("must be a line of authorized_keys"), "must be a list")
    .default([])
    .meta({ description: "Who may unlock; empty for those who may log in as root." }),
  // On 22 clients would warn of another host key than the installed system's.
  port: z.int("must be a port").default(2222).meta({ description: "The port of ssh in the initrd." }),
});

const whole = (meaning: string) => z.int(meaning);

export const layout = z.strictObject({
  vdev: z
    .enum(["single", "stripe", "mirror", "striped-mirrors", "raidz1", "raidz2", "raidz3"])
    .optional()
    .meta({ description: "How the disks make up the pool.", default: "what is usual for so many disks" }),
  groupWidth: whole("must be a number of disks").nullable().optional().meta({
    description: "Disks in each mirror of striped mirrors, or in each group of a raidz.",
    default: null,
  }),
  spares: whole("must be a number of disks")
    .optional()
    .meta({ description: "So many of the chosen disks, the last ones, are hot spares.", default: 0 }),
  pool: template("must be the pool's name")
    .optional()
    .meta({ description: "The pool's name.", default: "rpool", examples: ["tank"] }),
  preset: z
    .enum(["simple", "server", "impermanence"])
    .optional()
    .meta({ description: "Which datasets there are.", default: "server" }),
  datasets: z
    .array(dataset, "must be a list of datasets")
    .nullable()
    .optional()
    .meta({ description: "Datasets in place of the preset's.", default: null }),
  encryption: z.enum(["none", "native", "native-key-file", "luks"]).optional().meta({
    description: "Native ZFS encryption by passphrase or by key file, or LUKS below every member.",
    default: "none",
  }),
  passphrase: secret.optional().meta({ description: "The passphrase of native and luks." }),
  keyFile: keyFile
    .nullable()
    .optional()
    .meta({ description: "The key of native-key-file, on another device.", default: null }),
  remoteUnlock: remoteUnlock
    .nullable()
    .optional()
    .meta({ description: "ssh in the initrd, to give the passphrase from elsewhere.", default: null }),
  swap: size.optional().meta({
    description: "Swap on every disk, encrypted with a random key if the pool is encrypted; 0 for none.",
    default: 0,
  }),
  zram: z
    .boolean("must be true or false")
    .optional()
    .meta({ description: "Swap in compressed memory.", default: true }),
  espSize: size.optional().meta({ description: "Size of the ESP on every disk.", default: "1G" }),
  freePercent: z
    .number("must be a percentage")
    .optional()
    .meta({ description: "Percent of each disk that stay unpartitioned, 512 MiB at least.", default: 1 }),
  discard: z.boolean("must be true or false").optional().meta({
    description:
      "Whether disks that can be told (flash, virtual ones) are told that all of them is free, before the first write.",
    default: false,
  }),
  bootLoader: z
    .enum(["grub", "systemd-boot"])
    .optional()
    .meta({ description: "systemd-boot: one disk and UEFI only.", default: "grub" }),
  ashift: z
    .union([z.literal("auto"), z.int()], { error: "must be auto, or a number from 9 to 16" })
    .optional()
    .meta({ description: "The pool's sector size, as a power of two.", default: "auto" }),
  autotrim: z.enum(["auto", "on", "off"]).optional().meta({
    description: "Whether flash is told at once what is free; auto is on for flash.",
    default: "auto",
  }),
  compression: z
    .string("must be a compression")
    .refine(isCompression, "must be zstd, zstd-1 to zstd-19, lz4, gzip, gzip-1 to gzip-9, or off")
    .transform((value) => value as Compression)
    .optional()
    .meta({ description: "Compression of the pool.", default: "zstd" }),
  checksum: z
    .enum(checksums)
    .optional()
    .meta({ description: "Checksums of the pool; on is fletcher4.", default: "on" }),
  copies: whole("must be 1, 2 or 3")
    .optional()
    .meta({ description: "Copies of every block, on top of the redundancy of the disks.", default: 1 }),
  compatibility: text("must be auto, off or the name of a feature set")
    .optional()
    .meta({
      description: "The pool's compatibility=; auto is what the host's zfs can read.",
      default: "auto",
      examples: ["openzfs-2.2-linux"],
    }),
  arcLimit: size
    .nullable()
    .optional()
    .meta({ description: "The most memory that ZFS's cache takes in the installed system.", default: null }),
});
