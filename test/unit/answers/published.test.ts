import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { answersPage } from "../../../scripts/answers-page.ts";
import { answersJsonSchema, answersJsonSchemaText } from "../../../tui/answers/json-schema.ts";
import { readAnswers } from "../../../tui/answers/load.ts";
import { answerFiles } from "./files.ts";

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const docs = fileURLToPath(new URL("../../../docs", import.meta.url));
const stale = "stale: run `scripts/answers docs`";

test("docs/answers.schema.json is that of the schema", () => {
  expect(readFileSync(`${docs}/answers.schema.json`, "utf8"), stale).toBe(answersJsonSchemaText());
});

test("docs/answers.md is that of the schema, the introduction and the examples", async () => {
  expect(readFileSync(`${docs}/answers.md`, "utf8"), stale).toBe(await answersPage(docs));
});

test.each(answerFiles("docs/examples"))("the example $name is a good file", ({ name, text }) => {
  expect(readAnswers(text, `${name}.yaml`).issues).toEqual([]);
});

test("every key says what it means, and no other key is allowed", () => {
  const undescribed: string[] = [];
  const visit = (at: string, schema: Schema): void => {
    const { properties, additionalProperties, items, anyOf, definitions } = schema;
    if (properties) expect(additionalProperties, at).toBe(false);
    for (const [key, part] of Object.entries(properties ?? {})) {
      // What a secret may be is told by a section of the page.
      if (!part.description && !at.startsWith("Secret")) undescribed.push(`${at}.${key}`);
      visit(`${at}.${key}`, part);
    }
    if (typeof additionalProperties === "object") visit(`${at}.*`, additionalProperties);
    if (items) visit(`${at}[]`, items);
    for (const part of anyOf ?? []) visit(at, part);
    for (const [name, part] of Object.entries(definitions ?? {})) visit(name, part);
  };
  visit("", answersJsonSchema());
  expect(undescribed).toEqual([]);
});
