import * as z from "zod";
import { parseBytes } from "../base/bytes.ts";
import { placeholderProblem } from "./placeholders.ts";

/** Kinds of values that several sections of the answer file have. A message says what the value must be. */

const notSize = 'must be a size: "8G", "512 MiB" or a number of bytes';

export const size = z
  .union([z.string(), z.number()], { error: notSize })
  .transform((text, context) => {
    const bytes = parseBytes(String(text));
    if (bytes === undefined) context.addIssue(notSize);
    return bytes ?? 0;
  })
  .meta({ id: "Size", examples: ["8G", "512 MiB"] });

export const text = (meaning: string) => z.string(meaning).min(1, meaning);

/** A text in which ${serial} and its like stand for what the machine is. */
export const template = (meaning: string) =>
  text(meaning).superRefine((value, context) => {
    const problem = placeholderProblem(value);
    if (problem) context.addIssue(problem);
  });

const notCommand = "must be a command: a text for the shell, or a list of program and arguments";

/** A text is run by sh -c; a list is run as it is, without a shell. */
export const command = z
  .union([z.string().min(1), z.array(z.string()).min(1)], { error: notCommand })
  .meta({ id: "Command", examples: ["systemctl start backup", ["nixos-rebuild", "switch"]] });

/** Where a secret is. A text is the secret itself, which takes `secretsInline: true`. */
export const secret = z
  .union(
    [
      z.string().min(1),
      z.strictObject({ file: z.string().min(1) }),
      z.strictObject({ credential: z.string().regex(/^[\w.-]+$/) }),
      z.strictObject({ ask: z.literal(true) }),
    ],
    { error: "must be {file: PATH}, {credential: NAME} or {ask: true}" },
  )
  .meta({
    id: "Secret",
    examples: [{ credential: "passphrase" }, { file: "/run/keys/pool" }, { ask: true }],
  });

export type Secret = z.infer<typeof secret>;
