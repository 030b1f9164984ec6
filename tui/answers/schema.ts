import * as z from "zod";
import { diskChoice } from "./schema-disks.ts";
import { flake } from "./schema-flake.ts";
import { layout } from "./schema-layout.ts";
import { network } from "./schema-network.ts";
import { alreadyInstalled, hooks, interactive, onFailure, onSuccess, report } from "./schema-run.ts";
import { system } from "./schema-system.ts";

/**
 * The answer file, one file a section. Unknown keys are errors; what is left out has the default of the screens.
 * Types, checks, the published JSON Schema and docs/answers.md come from here.
 */
export const answersSchema = z.strictObject({
  version: z.literal(1, "must be 1").meta({ description: "The version of this format." }),
  disks: z
    .array(diskChoice, "must be a list")
    .optional()
    .meta({ description: "Which disks: selectors, each with how many disks it must match." }),
  target: z.literal("mounted", 'must be "mounted"').optional().meta({
    description:
      "`mounted`: into what is mounted at /mnt, by a hook for instance. No disk is partitioned, formatted or wiped, and `disks` is left out.",
  }),
  wipe: z.boolean("must be true or false").optional().meta({
    description: "Whether chosen disks that hold something may be wiped. Without it they are an error.",
    default: false,
  }),
  layout: layout.optional().meta({ description: "Pool, partitions and datasets." }),
  flake: flake.optional().meta({ description: "What is installed." }),
  system: system.optional().meta({ description: "Who the installed machine is." }),
  network: network.optional().meta({ description: "Addresses, of the live system and the installed one." }),
  hooks: hooks.optional().meta({ description: "Commands that run in the live system." }),
  report: report.optional().meta({ description: "A webhook that is told what happens." }),
  onSuccess: onSuccess.optional(),
  onFailure: onFailure.optional(),
  alreadyInstalled: alreadyInstalled.optional(),
  interactive: interactive.optional(),
  secretsInline: z
    .boolean("must be true or false")
    .optional()
    .meta({ description: "Whether secrets may stand in this file itself.", default: false }),
});

/** An answer file as read: sizes in bytes. */
export type Answers = z.infer<typeof answersSchema>;
