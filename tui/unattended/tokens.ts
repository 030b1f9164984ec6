import { mkdir, writeFile } from "node:fs/promises";
import type { Answers } from "../answers/schema.ts";
import { UserError } from "../base/errors.ts";
import { stateFiles } from "../run/state.ts";
import { readSecret } from "./secrets.ts";

/**
 * Puts access tokens where nix looks for them: in a file that only root reads, which /etc/nix/nix.conf includes.
 * They are in no command line and in no environment.
 *
 * Source  nix.conf(5): access-tokens, !include
 */
export async function writeTokens(answers: Answers, directory?: string): Promise<void> {
  const tokens = Object.entries(answers.flake?.tokens ?? {});
  if (tokens.length === 0) return;
  const pairs = await Promise.all(
    tokens.map(async ([host, secret]) => {
      const token = await readSecret(secret, `flake.tokens.${host}`);
      if (/[\s#]/.test(token) || token === "")
        throw new UserError(`The access token for ${host} has a blank in it, or is empty.`, {
          hint: "Give the token alone, on one line.",
        });
      return `${host}=${token}`;
    }),
  );
  const { secrets } = stateFiles(directory);
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  await writeFile(`${secrets}/nix.conf`, `access-tokens = ${pairs.join(" ")}\n`, { mode: 0o600 });
}
