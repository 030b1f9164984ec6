import { isNode, LineCounter, type Node, parseDocument } from "yaml";
import type * as z from "zod";
import type { Issue } from "../base/errors.ts";
import { type Answers, answersSchema } from "./schema.ts";
import { keysAt, nearest } from "./suggest.ts";

/**
 * Reads an answer file (YAML, so JSON too). Every issue at once, each with its place: `answers.yaml:3:7`. Never throws,
 * whatever the text is; the answers are null when there is an issue.
 */
export function readAnswers(text: string, file: string): { answers: Answers | null; issues: Issue[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    error(place(pos[0]), `${message.replace(/\.$/, "")}.`),
  );
  if (broken.length > 0) return { answers: null, issues: broken };

  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return document.contents?.range?.[0] ?? 0;
  };
  const value = plainValue(document);
  if (value === undefined)
    return { answers: null, issues: [error(place(0), "An alias in it grows beyond bounds.")] };
  const result = answersSchema.safeParse(value);
  if (result.success) return { answers: result.data, issues: [] };
  return {
    answers: null,
    issues: result.error.issues.flatMap((issue) =>
      sentencesOf(issue).map(({ path, sentence }) =>
        error(place(keyOffset(document.contents, path) ?? offsetOf(path)), sentence),
      ),
    ),
  };
}

/** The plain value; undefined when aliases multiply without end, the one thing that yaml throws for. */
function plainValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? null;
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** One sentence a mistake: where in the value it is, what is wrong, and the way out. */
function sentencesOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; sentence: string }[] {
  const field = fieldName(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const known = keysAt(answersSchema, issue.path);
        const guess = nearest(key, known);
        const way = guess ? `Did you mean ${guess}?` : `Known are: ${known.join(", ")}.`;
        return {
          path: [...issue.path, key],
          sentence: `${fieldName([...issue.path, key])} is no known key. ${way}`,
        };
      });
    case "invalid_value":
      return [
        {
          path: issue.path,
          sentence: issue.message.startsWith("Invalid")
            ? `${field} is one of: ${issue.values.join(", ")}.`
            : `${field} ${issue.message}.`,
        },
      ];
    case "invalid_type":
      return [{ path: issue.path, sentence: `${field} ${meaningOf(issue)}.` }];
    default:
      return [{ path: issue.path, sentence: `${field} ${issue.message}.` }];
  }
}

function meaningOf({ message, expected }: { message: string; expected: string }): string {
  if (!message.startsWith("Invalid input")) return message;
  const words: Record<string, string> = { object: "is a section of keys", array: "is a list" };
  return words[expected] ?? `is a ${expected}`;
}

/** Where a key itself stands: what is said of an unknown key belongs there, not at its value. */
function keyOffset(root: unknown, path: readonly PropertyKey[]): number | null {
  let node = root as { items?: readonly unknown[] } | null;
  let offset: number | null = null;
  for (const step of path) {
    const item: unknown =
      typeof step === "number"
        ? node?.items?.[step]
        : node?.items?.find(
            (pair) => String((pair as { key?: { value?: unknown } }).key?.value) === String(step),
          );
    if (item === undefined || item === null) return null;
    const { key, value } = item as { key?: Node; value?: unknown };
    offset = (key ?? (item as Node)).range?.[0] ?? offset;
    node = (key ? value : item) as typeof node;
  }
  return offset;
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${String(step)}` : String(step),
    "",
  );
  return name || "The file";
}

function error(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}
