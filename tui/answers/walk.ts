import * as z from "zod";

/** The keys that a schema knows at a place in the value. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const at = path.reduce<unknown>((outer, step) => childOf(outer, step), schema);
  const object = unwrap(at);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** The parts of a value that a given schema describes, wherever they are in it. */
export function partsBy(
  wanted: z.ZodType,
  schema: unknown,
  value: unknown,
  path: readonly PropertyKey[] = [],
): { path: readonly PropertyKey[]; value: unknown }[] {
  if (unwrap(schema) === wanted) return value === undefined ? [] : [{ path, value }];
  if (typeof value !== "object" || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, part]) => partsBy(wanted, childOf(schema, key), part, [...path, key]));
}

function childOf(outer: unknown, step: PropertyKey): unknown {
  const schema = unwrap(outer);
  if (schema instanceof z.ZodObject) return schema.shape[String(step)];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  // Of several kinds of value: the one that has such a part.
  if (schema instanceof z.ZodUnion)
    return schema.options.map((option) => childOf(option, step)).find((child) => child !== undefined);
  return undefined;
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodLazy)
    inner = inner.unwrap();
  return inner;
}
