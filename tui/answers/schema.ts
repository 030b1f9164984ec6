import * as z from "zod";
import { parseBytes } from "../base/bytes.ts";

/**
 * The answer file: everything that the screens ask for, except secrets. Unknown keys are errors; what is left out is
 * asked for, or has the default of the screens. Types, checks and the published JSON Schema come from here.
 */

const size = z
  .union([z.string(), z.number()], { error: 'is a size: "8G", "512 MiB" or a number of bytes' })
  .transform((text, context) => {
    const bytes = parseBytes(String(text));
    if (bytes === undefined) context.addIssue('is a size: "8G", "512 MiB" or a number of bytes');
    return bytes ?? 0;
  })
  .meta({ examples: ["8G", "512 MiB"] });

const text = (meaning: string) => z.string(meaning).min(1, meaning);

/** Which disks: every property given must match, and a disk that lacks one never does. Texts may have * and ?. */
export const selector = z.strictObject({
  count: z.int("is how many disks it must match, exactly").positive("is 1 or more"),
  serial: text("is a serial number").optional(),
  wwn: text("is a WWN").optional(),
  byId: text("is the name of a link in /dev/disk/by-id").optional(),
  byPath: text("is the name of a link in /dev/disk/by-path").optional(),
  path: text("is a path, /dev/sda; it may be another disk at the next boot").optional(),
  model: text("is a model").optional(),
  transport: z.enum(["virtio", "nvme", "sata", "scsi", "sas", "usb", "mmc", "ata", "other"]).optional(),
  rotational: z.boolean("is true for disks that turn, false for flash").optional(),
  minSize: size.optional(),
  maxSize: size.optional(),
});

const layout = z.strictObject({
  vdev: z.enum(["single", "stripe", "mirror", "striped-mirrors", "raidz1", "raidz2", "raidz3"]).optional(),
  pool: text("is the pool's name").optional(),
  encryption: z.enum(["none", "native"]).optional(),
  swap: size.optional(),
  espSize: size.optional(),
  preset: z.enum(["simple", "server", "impermanence"]).optional(),
  compression: z.enum(["zstd", "lz4", "off"]).optional(),
});

const flake = z.strictObject({
  reference: z.string("is a flake reference, github:example/infra").optional(),
  host: z.string("is the name of a host of the flake").optional(),
  substituters: z
    .array(
      z.strictObject({
        url: text("is the URL of a binary cache"),
        publicKey: text("is the cache's key, name:base64"),
      }),
    )
    .optional(),
});

const hostId = "is eight hexadecimal digits in quotes";

const system = z.strictObject({
  hostname: text("is a host name").nullable().optional(),
  hostId: z
    .string(hostId)
    .regex(/^[0-9a-f]{8}$/, hostId)
    .optional(),
  authorizedKeys: z.array(text("is a line of authorized_keys")).optional(),
});

export const answersSchema = z.strictObject({
  version: z.literal(1, "is 1"),
  disks: z.array(selector).optional(),
  layout: layout.optional(),
  flake: flake.optional(),
  system: system.optional(),
});

/** An answer file as read: sizes in bytes. */
export type Answers = z.infer<typeof answersSchema>;
export type Selector = z.infer<typeof selector>;
