import { nearest } from "./nearest.ts";

/** What may stand in URLs and names as ${name}. */
const placeholders = ["serial", "uuid", "mac", "hostname", "product"] as const;

export type Placeholder = (typeof placeholders)[number];

const pattern = /\$\{([^}]*)\}?/g;

/** What is wrong with the placeholders of a text, or null. */
export function placeholderProblem(text: string): string | null {
  for (const [whole, name = ""] of text.matchAll(pattern)) {
    if (isPlaceholder(name) && whole.endsWith("}")) continue;
    const guess = nearest(name, placeholders);
    const way = guess ? `Did you mean \${${guess}}?` : `Known are: \${${placeholders.join("} ${")}}.`;
    return `has the unknown placeholder ${whole}. ${way}`;
  }
  return null;
}

function isPlaceholder(name: string): name is Placeholder {
  return (placeholders as readonly string[]).includes(name);
}
