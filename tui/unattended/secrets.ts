import { readFile } from "node:fs/promises";
import type { Answers } from "../answers/schema.ts";
import type { Secret } from "../answers/schema-values.ts";
import { secretFile, secretsOf } from "../answers/secrets.ts";
import { fieldName } from "../answers/sentences.ts";
import { type Issue, IssuesError } from "../base/errors.ts";
import type { Secrets } from "../run/client.ts";
import { findCredential, loadFirmwareConfig } from "./credentials.ts";

/** Credentials as files: in the image, or in a cpio that was appended to the initrd. */
const credentialsDirectory = "/etc/dabei/credentials";

/** What the answers' secrets are, by their fields: "layout.passphrase", "report.token". */
export type SecretValues = ReadonlyMap<string, string>;

/** Fields whose secret is to be asked for. */
export function askedFields(answers: Answers): string[] {
  return secretsOf(answers).flatMap(({ path, value }) =>
    typeof value === "object" && "ask" in value ? fieldName(path) : [],
  );
}

/**
 * The secrets from where the answers say that they are. Throws IssuesError for all that are not there. No message has a
 * value in it. `known` need not be read.
 */
export async function readSecrets(answers: Answers, known: SecretValues): Promise<SecretValues> {
  const values = new Map(known);
  const issues: Issue[] = [];
  for (const { path, value } of secretsOf(answers)) {
    const field = fieldName(path);
    if (values.has(field)) continue;
    const found = await readSecret(value);
    if (typeof found === "string") issues.push({ where: field, message: found, severity: "error" });
    else values.set(field, found.value);
  }
  if (issues.length > 0) throw new IssuesError(issues);
  return values;
}

/** The value, or a sentence on why there is none. */
async function readSecret(secret: Secret): Promise<{ value: string } | string> {
  if (typeof secret === "string") return { value: secret };
  if ("ask" in secret)
    return "It is to be asked for, and nobody can be asked here. Give it as {file: PATH} or {credential: NAME}, or use the screens.";
  const [bytes, place] =
    "file" in secret
      ? [await readFile(secret.file).catch(() => null), secret.file]
      : [await credential(secret.credential), `the credential ${secret.credential}`];
  const value = bytes?.toString("utf8") ?? "";
  if (value.trim() !== "") return { value };
  return `It should be in ${place}, which ${bytes === null ? "is not there" : "is empty"}.`;
}

async function credential(name: string): Promise<Buffer | null> {
  const file = await readFile(`${credentialsDirectory}/${name}`).catch(() => null);
  if (file !== null) return file;
  await loadFirmwareConfig();
  return findCredential(name);
}

/** A secret of one line, without the line end that editors add; null where there is none. */
export function lineOf(values: SecretValues, field: string): string | null {
  return values.get(field)?.replace(/\r?\n$/, "") ?? null;
}

/** What the engine gets. Files of the target keep every byte: a private key without its last line end is none. */
export function forEngine(values: SecretValues): Secrets {
  const passphrase = lineOf(values, "layout.passphrase");
  const ofSystem = [...values].filter(([field]) => field.startsWith("system."));
  return {
    ...(passphrase === null ? {} : { passphrase }),
    named: Object.fromEntries(ofSystem.map(([field, value]) => [secretFile(field), value])),
  };
}
