import { LineCounter, parseDocument } from "yaml";
import type { Issue } from "../base/errors.ts";
import { offsetOf } from "./place.ts";
import { type Answers, answersSchema } from "./schema.ts";
import { inlineSecrets } from "./secrets.ts";
import { fieldName, mistakesOf } from "./sentences.ts";

/** No file that a person writes comes near; what is larger would take long to look through. */
const largest = 1024 * 1024;

export interface Reading {
  /** Null when there is an issue. */
  readonly answers: Answers | null;
  /** Every issue, in the order of the file; `where` is its place and field: "answers.yaml:3:7: layout.pool". */
  readonly issues: readonly Issue[];
  /** Where a field stands, "answers.yaml:3:7: layout.pool"; where its section would, when it is not in the file. */
  readonly placeOf: (field: string) => string;
}

/** Reads an answer file (YAML, so JSON too). Never throws, whatever the text is. */
export function readAnswers(text: string, file: string): Reading {
  if (text.length > largest) return refused(`${file}:1:1`, "The file is larger than 1 MiB.");
  try {
    return read(text, file);
  } catch (error) {
    // What yaml throws for: brackets within brackets until the stack is full, aliases that multiply without end.
    if (error instanceof RangeError) return refused(`${file}:1:1`, "The file is nested too deeply.");
    if (error instanceof ReferenceError)
      return refused(`${file}:1:1`, "An alias in it is unknown, or grows beyond bounds.");
    throw error;
  }
}

function read(text: string, file: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const placeOf = (path: readonly PropertyKey[]) => {
    const field = fieldName(path);
    return `${place(offsetOf(document.contents, path))}${field ? `: ${field}` : ""}`;
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    error(place(pos[0]), `${message.replace(/\.$/, "")}.`),
  );
  const result = broken.length > 0 ? null : answersSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  const mistakes = result?.success
    ? inlineSecrets(result.data)
    : (result?.error.issues ?? []).flatMap(mistakesOf);
  const inOrder = mistakes
    .map((mistake) => ({ ...mistake, offset: offsetOf(document.contents, mistake.path) }))
    .sort((a, b) => a.offset - b.offset);
  const issues = [...broken, ...inOrder.map(({ path, sentence }) => error(placeOf(path), sentence))];
  return {
    answers: result?.success && issues.length === 0 ? result.data : null,
    issues,
    placeOf: (field) => placeOf(pathOf(field)),
  };
}

function refused(where: string, message: string): Reading {
  return { answers: null, issues: [error(where, message)], placeOf: () => where };
}

/** "disks[0].serial" as a path. */
function pathOf(field: string): PropertyKey[] {
  return [...field.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

function error(where: string, message: string): Issue {
  return { where, message, severity: "error" };
}
