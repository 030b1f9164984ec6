import type { Node } from "yaml";

/**
 * Where a field stands in a YAML document, as an offset: at its key, for it is the key that a person looks for; at what
 * holds it when it is not there.
 */
export function offsetOf(root: unknown, path: readonly PropertyKey[]): number {
  let node = root as { items?: readonly unknown[]; range?: Node["range"] } | null;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    const item: unknown =
      typeof step === "number"
        ? node?.items?.[step]
        : node?.items?.find(
            (pair) => String((pair as { key?: { value?: unknown } }).key?.value) === String(step),
          );
    if (item === undefined || item === null) break;
    const { key, value } = item as { key?: Node; value?: unknown };
    offset = (key ?? (item as Node)).range?.[0] ?? offset;
    node = (key ? value : item) as typeof node;
  }
  return offset;
}
