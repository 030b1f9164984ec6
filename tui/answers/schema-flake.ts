import * as z from "zod";
import { condition } from "./schema-disks.ts";
import { secret, template, text } from "./schema-values.ts";

/** The `flake` section: what is installed, and what nix needs to get it. */
export const flake = z.strictObject({
  reference: template("must be a flake reference, github:example/infra")
    .optional()
    .meta({
      description: "The flake, as nix takes it.",
      examples: ["github:example/infra", "git+https://git.example.org/infra?ref=main"],
    }),
  host: template("must be the name of a host of the flake")
    .optional()
    .meta({
      description: "The host: a name in its nixosConfigurations.",
      examples: ["web1", "${" + "hostname}"],
    }),
  missingCache: z.enum(["stop", "build"], 'must be "stop" or "build"').optional().meta({
    description:
      "What to do when one of `substituters` does not answer, or offers what its key has not signed: stop before anything is written (the default), or build on this machine what it would have.",
  }),
  smallMemory: z.enum(["later", "stop"], 'must be "later" or "stop"').optional().meta({
    description:
      "What to do when memory is too small to evaluate the host before the disks are written: check it on them afterwards (the default; what is wrong with the host is found only then), or stop before anything is written.",
  }),
  diskoDisks: z
    .record(z.string(), condition, "must be a section of names and selectors")
    .optional()
    .meta({
      description:
        "For a host with disko devices: which disk stands for each of their names. One disk each, by the properties of `disks`; `disks` itself is not needed then.",
      examples: [{ main: { serial: "S64GNE0R801190" } }],
    }),
  tokens: z
    .record(z.string(), secret, "must be a section of hosts and tokens")
    .optional()
    .meta({ description: "Access tokens for private flakes, by host (nix's access-tokens)." }),
  sshKey: secret.optional().meta({
    description:
      "The private ssh key, without a passphrase, that git+ssh flakes are fetched with. It is wiped when the installation ends.",
  }),
  sshHostKeys: z
    .array(text("must be a line of known_hosts: the server and its key"), "must be a list")
    .optional()
    .meta({
      description:
        "Host keys of git servers, as `ssh-keyscan` prints them. A server that is not here is not trusted.",
      examples: [["git.example.org ssh-ed25519 AAAAC3Nz…"]],
    }),
  substituters: z
    .array(
      z.strictObject({
        url: template("must be the URL of a binary cache").meta({ description: "URL of the cache." }),
        publicKey: text("must be the cache's key, name:base64").meta({ description: "Its public key." }),
      }),
      "must be a list",
    )
    .optional()
    .meta({ description: "Binary caches that are trusted for this installation, beside nix's own." }),
});
