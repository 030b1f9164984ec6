import type * as z from "zod";
import { nearest } from "./nearest.ts";
import { answersSchema } from "./schema.ts";
import { keysAt } from "./walk.ts";

/** One mistake: where in the value it is, and what is wrong with the way out. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
}

/** What zod found, one mistake a key. */
export function mistakesOf(issue: z.core.$ZodIssue): Mistake[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key));
  return [{ path: issue.path, sentence: sentenceOf(issue) }];
}

function unknownKey(path: readonly PropertyKey[], key: string): Mistake {
  const known = keysAt(answersSchema, path);
  const guess = nearest(key, known);
  const way = guess ? `Did you mean ${guess}?` : `Known are: ${known.join(", ")}.`;
  return { path: [...path, key], sentence: `is no known key. ${way}` };
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  // Every message of the schema says what the value must be; zod's own ones begin with "Invalid".
  if (!message.startsWith("Invalid")) return /[.?]$/.test(message) ? message : `${message}.`;
  if (issue.code === "invalid_value") return `must be one of: ${issue.values.join(", ")}.`;
  if (issue.code !== "invalid_type") return "is not what belongs here.";
  const words: Record<string, string> = { object: "a section of keys", array: "a list", record: "a section" };
  return `must be ${words[issue.expected] ?? `a ${issue.expected}`}.`;
}

/** A path as people write it: "disks[0].serial"; empty for the whole file. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${String(step)}` : String(step),
    "",
  );
}
