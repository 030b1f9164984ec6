import * as z from "zod";
import { size, text } from "./schema-values.ts";

export const transports = ["virtio", "nvme", "sata", "scsi", "sas", "usb", "mmc", "ata"] as const;

const properties = {
  serial: text("must be a serial number, in quotes")
    .optional()
    .meta({
      description: "Serial number, as the disks screen and `lsblk -o SERIAL` show it.",
      examples: ["S64GNE0R801190", "S64GNE*"],
    }),
  wwn: text("must be a WWN")
    .optional()
    .meta({
      description: "World Wide Name.",
      examples: ["eui.3634473052801190"],
    }),
  byId: text("must be the name of a link in /dev/disk/by-id")
    .optional()
    .meta({ description: "A link in /dev/disk/by-id.", examples: ["nvme-SAMSUNG_*", "ata-ST4000*"] }),
  byPath: text("must be the name of a link in /dev/disk/by-path")
    .optional()
    .meta({
      description: "A link in /dev/disk/by-path: the place where the disk is plugged in.",
      examples: ["pci-0000:01:00.0-nvme-1"],
    }),
  path: text("must be a path, /dev/sda")
    .optional()
    .meta({
      description: "The kernel's name. At the next boot it may be another disk: anything else is better.",
      examples: ["/dev/vda"],
    }),
  model: text("must be a model")
    .optional()
    .meta({ description: "Model.", examples: ["SAMSUNG MZVL*"] }),
  transport: z
    .enum(transports)
    .optional()
    .meta({ description: "How the disk is attached.", examples: ["nvme"] }),
  rotational: z.boolean("must be true for disks that turn, false for flash").optional().meta({
    description: "true for disks that turn, false for flash. A virtio disk has no such property.",
  }),
  minSize: size.optional().meta({ description: "So large or larger.", examples: ["800G"] }),
  maxSize: size.optional().meta({ description: "So large or smaller.", examples: ["2T"] }),
};

const flat = z.strictObject(properties);

/** What a disk must be: every property given must match. */
export type Condition = z.infer<typeof flat> & {
  and?: Condition[] | undefined;
  or?: Condition[] | undefined;
  not?: Condition | undefined;
};

const combinations = {
  get and() {
    return conditions.optional().meta({ description: "All of these conditions hold." });
  },
  get or() {
    return conditions.optional().meta({ description: "One of these conditions holds, or more." });
  },
  get not() {
    return condition.optional().meta({
      description: "This condition is known not to hold. What the disk does not tell is not known.",
    });
  },
};

export const condition: z.ZodType<Condition> = z
  .lazy(() => z.strictObject({ ...properties, ...combinations }))
  .meta({ id: "Condition" });

const conditions = z
  .array(condition, "must be a list of conditions")
  .min(1, "must have a condition")
  .meta({ id: "Conditions" });

const count = z
  .int("must be how many disks it matches, exactly")
  .positive("must be 1 or more")
  .meta({ description: "How many disks must match, exactly. More or fewer is an error." });

const selector = z.strictObject({ count, ...properties, ...combinations });

/** One item of `disks`. */
export const diskChoice = z.strictObject({
  ...selector.shape,
  orElse: z.array(selector, "must be a list of selectors").optional().meta({
    description:
      "Tried in this order when the selector matches no disk at all. When it matches some, but not `count`, that is an error.",
  }),
});

export type Selector = z.infer<typeof selector>;
export type DiskChoice = z.infer<typeof diskChoice>;
