import * as z from "zod";
import { command, secret, template, text } from "./schema-values.ts";

const notHostId = "must be eight hexadecimal digits in quotes";
const notMode = 'must be three or four octal digits in quotes: "0644"';
const notOwner = "must be the name or the number of a user";

const extraFile = z
  .strictObject({
    path: z
      .string("must be an absolute path in the installed system")
      .regex(/^(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/, "must be an absolute path in the installed system")
      .meta({ description: "Where it is in the installed system.", examples: ["/etc/machine-role"] }),
    content: z
      .string("must be a text")
      .optional()
      .meta({ description: "The content, as text.", examples: ["web\n"] }),
    base64: z
      .base64("must be base64")
      .optional()
      .meta({ description: "The content, as base64: for what is no text." }),
    file: z.string("must be an absolute path").startsWith("/", "must be an absolute path").optional().meta({
      description:
        "A file of the live system to copy, 1 MiB at most: from an appended cpio, or put there by a hook.",
    }),
    secret: secret.optional().meta({ description: "The content is a secret." }),
    owner: z
      .union([text(notOwner), z.int().nonnegative()], { error: notOwner })
      .optional()
      .meta({ description: "The user it belongs to, by name or number.", default: "root" }),
    group: z
      .union([text(notOwner), z.int().nonnegative()], { error: "must be the name or the number of a group" })
      .optional()
      .meta({ description: "The group it belongs to, by name or number.", default: "root" }),
    mode: z
      .string(notMode)
      .regex(/^[0-7]{3,4}$/, notMode)
      .optional()
      .meta({ description: "Its permissions.", default: "0644, or 0600 for a secret" }),
  })
  .refine(
    ({ content, base64, file, secret }) =>
      [content, base64, file, secret].filter((from) => from !== undefined).length === 1,
    "must have one of content, base64, file and secret",
  );

/** The `system` section: who the installed machine is, and what it gets beside its flake. */
export const system = z.strictObject({
  hostname: template("must be a host name")
    .nullable()
    .optional()
    .meta({
      description: "Host name; null leaves the flake's own.",
      default: null,
      examples: ["web1", "node-${" + "serial}"],
    }),
  hostId: z
    .string(notHostId)
    .regex(/^[0-9a-f]{8}$/, notHostId)
    .optional()
    .meta({
      description: "networking.hostId.",
      default: "the flake's own, or a new one",
      examples: ["8f2c41aa"],
    }),
  authorizedKeys: z
    .array(text("must be a line of authorized_keys"), "must be a list")
    .optional()
    .meta({
      description: "Keys that may log in as root, as lines of authorized_keys.",
      examples: [["ssh-ed25519 AAAA… admin"]],
    }),
  hostKeys: z
    .union(
      [
        z.enum(["keep", "new"]),
        z.strictObject({
          given: z
            .array(secret)
            .min(1)
            .meta({ description: "Private keys in the form of OpenSSH, without a passphrase." }),
        }),
      ],
      {
        error: "must be keep, new or {given: [private keys]}",
      },
    )
    .optional()
    .meta({
      description:
        "ssh host keys: keep those of the running system, make new ones, or take the given private keys. They are known, and shown, before the first boot.",
      default: "keep",
    }),
  files: z
    .array(extraFile, "must be a list")
    .optional()
    .meta({ description: "Files to put into the installed system." }),
  firstBoot: command.optional().meta({
    description: "Run once, as root, when the installed system has started and the network is up.",
  }),
});
