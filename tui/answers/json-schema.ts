import * as z from "zod";
import { answersSchema } from "./schema.ts";

/**
 * The schema of answer files as JSON Schema, for editors: docs/answers.schema.json. Draft 7, which all of them know.
 * What a person writes is described, "8G", not what becomes of it.
 */
export function answersJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(answersSchema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // Left out of it where the value is read into another, a size into bytes: ours are of what is written.
      const { default: usual, examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (usual !== undefined) jsonSchema.default = usual;
      if (examples !== undefined) jsonSchema.examples = examples as unknown[];
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Answer file of nix-dabei",
    ...schema,
  };
}

/** As it is committed. */
export function answersJsonSchemaText(): string {
  return `${JSON.stringify(answersJsonSchema(), null, 2)}\n`;
}
