import * as z from "zod";
import { command, secret, template } from "./schema-values.ts";

const commands = z.array(command, "must be a list of commands");

/** The `hooks` section. */
export const hooks = z.strictObject({
  before: commands.optional().meta({
    description: "Run before anything is written. One that fails stops the installation.",
  }),
  after: commands.optional().meta({
    description: "Run at the end, while the target is mounted at /mnt. One that fails is a failure.",
  }),
  onFailure: commands.optional().meta({
    description: "Run after a failure. Their own failures are told and change nothing.",
  }),
});

/** The `report` section: a webhook. */
export const report = z.strictObject({
  url: template("must be a URL")
    .refine((url) => /^https?:\/\//.test(url), "must be a URL that begins with https:// or http://")
    .meta({
      description: "Where events are posted to as JSON: start, each step, end.",
      examples: ["https://fleet.example.org/report/${" + "serial}"],
    }),
  fingerprint: z
    .string("must be a SHA-256 fingerprint: 64 hexadecimal digits, with colons or without")
    .regex(
      /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i,
      "must be a SHA-256 fingerprint: 64 hexadecimal digits, with colons or without",
    )
    .optional()
    .meta({ description: "SHA-256 of the server's TLS certificate, instead of trust in authorities." }),
  token: secret.optional().meta({ description: "Sent as `Authorization: Bearer`." }),
});

export const onSuccess = z.enum(["reboot", "kexec", "poweroff", "stop"]).meta({
  description:
    "What happens after a success. kexec goes straight into the installed kernel, without the firmware.",
  default: "reboot",
});

export const onFailure = z
  .enum(["stop", "shell", "reboot", "poweroff"])
  .meta({ description: "What happens after a failure. The evidence stays on the console.", default: "stop" });

export const alreadyInstalled = z.enum(["halt", "reinstall"]).meta({
  description:
    "What happens on a machine that was installed from this file before. halt writes nothing: a machine that boots from the network for ever is not installed again and again.",
  default: "halt",
});

/** What can be left to a person. */
export const sections = z.enum(["disks", "layout", "flake", "system", "network"]);

export const interactive = z.array(sections, "must be a list of sections").meta({
  description:
    "Sections that a person is asked for, on the screens of the guided installation; what the file says of them is the default there. Screens of other sections are left out as long as nothing on them is wrong, and their values are the file's. disks is the screen of the disks, layout and system are that of the layout (which has the host's name), flake that of the flake, which goes on by itself where it is not listed and nix finds nothing to tell. No screen asks for the network: listed or not, it is the file's. The review with its typed word always comes.",
  examples: [["disks"]],
});
