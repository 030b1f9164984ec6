import { type Answers, answersSchema } from "./schema.ts";
import { type Secret, secret } from "./schema-values.ts";
import type { Mistake } from "./sentences.ts";
import { partsBy } from "./walk.ts";

/** Every secret that an answer file names, with the field it is in. */
export function secretsOf(answers: Answers): { path: readonly PropertyKey[]; value: Secret }[] {
  return partsBy(secret, answersSchema, answers) as { path: readonly PropertyKey[]; value: Secret }[];
}

/** What a secret is called in the secrets directory: the name of its field, as a file can be called. */
export function secretFile(field: string): string {
  return field.replaceAll(/[^\w.-]+/g, "_");
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
