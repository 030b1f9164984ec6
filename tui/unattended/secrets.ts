import { readFile } from "node:fs/promises";
import type { Secret } from "../answers/schema-values.ts";
import { UserError } from "../base/errors.ts";
import { findCredential, loadFirmwareConfig } from "./credentials.ts";

/** Credentials as files: in the image, or in a cpio that was appended to the initrd. */
const credentialsDirectory = "/etc/dabei/credentials";

/**
 * A secret from where the answers say that it is, without the line end that editors add.
 * Throws UserError where it is not there, or is to be asked for. Its value is in no message.
 */
export async function readSecret(secret: Secret, field: string): Promise<string> {
  if (typeof secret === "string") return secret;
  if ("ask" in secret) {
    throw new UserError(`${field} is to be asked for, and nobody can be asked here.`, {
      hint: "Give it as {file: PATH} or {credential: NAME}, or use the screens.",
    });
  }
  const [bytes, place] =
    "file" in secret
      ? [await readFile(secret.file).catch(() => null), secret.file]
      : [await credential(secret.credential), `the credential ${secret.credential}`];
  const text = bytes?.toString("utf8").replace(/\r?\n$/, "") ?? "";
  if (text !== "") return text;
  throw new UserError(
    `${field} should be in ${place}, which ${bytes === null ? "is not there" : "is empty"}.`,
  );
}

async function credential(name: string): Promise<Buffer | null> {
  const file = await readFile(`${credentialsDirectory}/${name}`).catch(() => null);
  if (file !== null) return file;
  await loadFirmwareConfig();
  return findCredential(name);
}
