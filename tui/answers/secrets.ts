import type { Issue } from "../base/errors.ts";
import { type Answers, answersSchema } from "./schema.ts";
import { type Secret, secret } from "./schema-values.ts";
import { fieldName, type Mistake } from "./sentences.ts";
import { partsBy } from "./walk.ts";

/** Where secrets are found. Each answers null for "not there". */
export interface SecretSources {
  readonly readFile: (path: string) => Promise<string | null>;
  readonly credential: (name: string) => Promise<string | null>;
  /** Asks a person, without an echo; null where nobody can be asked. */
  readonly ask: (question: string) => Promise<string | null>;
}

/** Secrets by the field that names them: "layout.passphrase", "report.token", "system.files[0].secret". */
export type FoundSecrets = Readonly<Record<string, string>>;

/** Fetches every secret that an answer file names. Nothing of them is in an issue. */
export async function findSecrets(
  answers: Answers,
  sources: SecretSources,
): Promise<{ secrets: FoundSecrets; issues: Issue[] }> {
  const secrets: Record<string, string> = {};
  const issues: Issue[] = [];
  // One after the other: a person is asked one question at a time.
  for (const { path, value } of secretsOf(answers)) {
    const where = fieldName(path);
    const found = await find(value, where, sources);
    if (found === null || found === "") issues.push({ where, severity: "error", message: absence(value) });
    else secrets[where] = found;
  }
  return { secrets, issues };
}

/** What a secret is called in the secrets directory: the name of its field, as a file can be called. */
export function secretFile(field: string): string {
  return field.replaceAll(/[^\w.-]+/g, "_");
}

/** Every secret that an answer file names, with the field it is in. */
export function secretsOf(answers: Answers): { path: readonly PropertyKey[]; value: Secret }[] {
  return partsBy(secret, answersSchema, answers) as { path: readonly PropertyKey[]; value: Secret }[];
}

/** Secrets that stand in the file itself without its consent. */
export function inlineSecrets(answers: Answers): Mistake[] {
  if (answers.secretsInline === true) return [];
  const sentence =
    "is a secret that stands in the file itself. Use {file: PATH}, {credential: NAME} or {ask: true}, or allow it with `secretsInline: true`.";
  return secretsOf(answers).flatMap(({ path, value }) =>
    typeof value === "string" ? { path, sentence } : [],
  );
}

async function find(value: Secret, field: string, sources: SecretSources): Promise<string | null> {
  if (typeof value === "string") return value;
  if ("credential" in value) return trimmed(await sources.credential(value.credential));
  if ("file" in value) return trimmed(await sources.readFile(value.file));
  return sources.ask(field);
}

/** Editors end a file with a newline, which is no part of a passphrase; a key of several lines can be given one again. */
function trimmed(text: string | null): string | null {
  return text === null ? null : text.replace(/\r?\n$/, "");
}

function absence(value: Secret): string {
  if (typeof value === "string") return "The secret is empty.";
  if ("credential" in value)
    return `There is no credential ${value.credential}. Hand it over, or use {ask: true}.`;
  if ("file" in value) return `${value.file} cannot be read, or is empty.`;
  return "It was to be asked for, and nobody answered. Use {file: PATH} or {credential: NAME}.";
}
