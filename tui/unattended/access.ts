import type { Answers } from "../answers/schema.ts";
import type { Exec } from "../base/exec.ts";
import { addTokens, giveSshKey, trustHostKeys } from "../run/access.ts";
import { lineOf, type SecretValues } from "./secrets.ts";

const tokens = "flake.tokens.";

/** Puts what the answers give for private flakes where nix, git and ssh look for it. Throws UserError for what is no such thing. */
export async function giveAccess(
  flake: Answers["flake"],
  values: SecretValues,
  exec: Exec,
  directory?: string,
): Promise<void> {
  const fields = [...values.keys()].filter((field) => field.startsWith(tokens));
  addTokens(
    Object.fromEntries(fields.map((field) => [field.slice(tokens.length), lineOf(values, field) ?? ""])),
    directory,
  );
  trustHostKeys(flake?.sshHostKeys ?? [], directory);
  const key = values.get("flake.sshKey");
  if (key !== undefined) await giveSshKey(key, exec, directory);
}
