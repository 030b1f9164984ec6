import * as z from "zod";
import { secret, size, template } from "./schema-values.ts";

/** The `layout` section: what the layout screen offers. */
export const layout = z.strictObject({
  vdev: z
    .enum(["single", "stripe", "mirror", "striped-mirrors", "raidz1", "raidz2", "raidz3"])
    .optional()
    .meta({ description: "How the disks make up the pool.", default: "what is usual for so many disks" }),
  pool: template("must be the pool's name")
    .optional()
    .meta({ description: "The pool's name.", default: "rpool", examples: ["tank"] }),
  encryption: z
    .enum(["none", "native"])
    .optional()
    .meta({ description: "Native ZFS encryption of the whole pool, or none.", default: "none" }),
  passphrase: secret.optional().meta({ description: "The passphrase of the encryption." }),
  swap: size.optional().meta({ description: "Swap on every disk; 0 for none.", default: 0 }),
  espSize: size.optional().meta({ description: "Size of the ESP on every disk.", default: "1G" }),
  preset: z
    .enum(["simple", "server", "impermanence"])
    .optional()
    .meta({ description: "Which datasets there are.", default: "server" }),
  compression: z
    .enum(["zstd", "lz4", "off"])
    .optional()
    .meta({ description: "Compression of the pool.", default: "zstd" }),
});
