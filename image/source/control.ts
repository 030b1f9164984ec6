/** A paragraph of a Debian control file or package index, by field name. */
export type Control = Readonly<Record<string, string | undefined>>;

/**
 * Reads paragraphs of fields; a continuation line keeps its line break and loses its leading blank.
 * Source  deb-control(5)
 */
export function parseControl(text: string): Control[] {
  return text
    .split(/\n{2,}/)
    .map((paragraph) =>
      Object.fromEntries(
        [...paragraph.matchAll(/^([!-9;-~]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)].map((match) => [
          match[1]!,
          match[2]!.replace(/\n[ \t]/g, "\n"),
        ]),
      ),
    )
    .filter((control) => Object.keys(control).length > 0);
}

/** The package names in relation fields such as Depends, alternatives one by one: no versions, no architectures. */
export function relationNames(...fields: readonly (string | undefined)[]): string[] {
  return fields
    .flatMap((field) => (field ?? "").split(/[,|]/))
    .map((relation) => relation.trim().replace(/[\s:([].*$/s, ""))
    .filter(Boolean);
}
