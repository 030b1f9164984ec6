import { mkdir, writeFile } from "node:fs/promises";
import { UserError } from "../base/errors.ts";
import { stateFiles } from "../run/state.ts";
import { lineOf, type SecretValues } from "./secrets.ts";

const prefix = "flake.tokens.";

/**
 * Puts access tokens where nix looks for them: in a file that only root reads, which /etc/nix/nix.conf includes.
 * They are in no command line and in no environment.
 *
 * Source  nix.conf(5): access-tokens, !include
 */
export async function writeTokens(values: SecretValues, directory?: string): Promise<void> {
  const fields = [...values.keys()].filter((field) => field.startsWith(prefix));
  if (fields.length === 0) return;
  const pairs = fields.map((field) => {
    const host = field.slice(prefix.length);
    const token = lineOf(values, field) ?? "";
    if (/[\s#]/.test(token) || token === "")
      throw new UserError(`The access token for ${host} has a blank in it, or is empty.`, {
        hint: "Give the token alone, on one line.",
      });
    return `${host}=${token}`;
  });
  const { secrets } = stateFiles(directory);
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  await writeFile(`${secrets}/nix.conf`, `access-tokens = ${pairs.join(" ")}\n`, { mode: 0o600 });
}
