import { readdir, readFile } from "node:fs/promises";
import { answersJsonSchema } from "../tui/answers/json-schema.ts";

/** What is used of a JSON Schema. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** docs/answers.md: an introduction, the examples of docs/examples, and every key of the schema. */
export async function answersPage(docs: string): Promise<string> {
  const intro = await readFile(`${docs}/answers-intro.md`, "utf8");
  const names = (await readdir(`${docs}/examples`)).filter((name) => name.endsWith(".yaml")).sort();
  const examples = await Promise.all(
    names.map(async (name) => exampleSection(name, await readFile(`${docs}/examples/${name}`, "utf8"))),
  );
  const root = answersJsonSchema() as Schema;
  return [
    "<!-- Made by `scripts/answers docs` from the schema, answers-intro.md and examples/. Change those. -->",
    intro.trim(),
    "## Examples",
    ...examples,
    "## Every key",
    "Sizes are written `8G`, `512 MiB` or as a number of bytes. Texts of disk selectors may have `*` and `?`.",
    ...tablesOf("", root),
  ]
    .join("\n\n")
    .concat("\n");
}

/** The first lines of comment are the heading and what is said of it. */
function exampleSection(name: string, text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("# "));
  const [title = name, ...words] = lines.slice(0, end).map((line) => line.slice(2));
  const about = words.filter((line) => !line.startsWith("yaml-language-server")).join("\n");
  return [
    `### ${title}`,
    ...(about ? [about] : []),
    `\`\`\`yaml\n${lines.slice(end).join("\n").trim()}\n\`\`\``,
  ].join("\n\n");
}

/** A table of a section's keys, then those of the sections in it. */
function tablesOf(path: string, section: Schema): string[] {
  const entries = Object.entries(section.properties ?? {});
  const rows = entries.map(([key, schema]) => {
    const name = section.required?.includes(key) ? `**\`${key}\`**` : `\`${key}\``;
    return `| ${name} | ${kindOf(schema)} | ${meaningOf(schema)} |`;
  });
  const inner = entries.flatMap(([key, schema]) => {
    // A fallback has the keys of its selector.
    if (key === "orElse") return [];
    return sectionsIn(`${path}${path ? "." : ""}${key}`, schema);
  });
  const heading = path ? [`### \`${path}\``] : [];
  return [...heading, ["| key | value | meaning |", "|---|---|---|", ...rows].join("\n"), ...inner];
}

function sectionsIn(path: string, schema: Schema): string[] {
  const options = [schema, ...(schema.anyOf ?? [])];
  return options.flatMap((option) => {
    if (option.items) return sectionsIn(`${path}[]`, option.items);
    return option.properties && !option.$ref ? tablesOf(path, option) : [];
  });
}

function kindOf(schema: Schema): string {
  const { $ref, allOf, anyOf, items, properties, additionalProperties, type } = schema;
  const name = ($ref ?? allOf?.[0]?.$ref)?.split("/").at(-1);
  if (name)
    return name === "Conditions"
      ? "list of condition"
      : name === "Secret"
        ? "[secret](#secrets)"
        : name.toLowerCase();
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(", ");
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(" or ");
  if (items) return `list of ${kindOf(items)}`;
  if (properties) return "section";
  if (typeof additionalProperties === "object") return `section, each ${kindOf(additionalProperties)}`;
  return Array.isArray(type) ? type.join(" or ") : String(type ?? "any");
}

function meaningOf(schema: Schema): string {
  const { description = "", default: usual, examples } = schema;
  return [
    description,
    ...(usual === undefined
      ? []
      : [`Default: ${typeof usual === "string" && usual.includes(" ") ? usual : code(usual)}.`]),
    ...(examples && examples.length > 0 ? [`Example: ${examples.map(code).join(", ")}.`] : []),
  ]
    .join(" ")
    .replaceAll("|", "\\|");
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value.trim() : JSON.stringify(value)}\``;
}
